private import Foundation

/// A delivery that somebody recorded: one line of JSON.
///
/// `{"received_at_ms":…,"signature":"sha256=…","body_base64":"…"}`: the receipt in Unix milliseconds,
/// the header's value as received, left out where there was none, and the raw body.
struct RecordedLine {
    /// nil where the file does not say.
    var receivedMilliseconds: Int64?
    var signature: String?
    var body: [UInt8]

    private struct Members: Decodable {
        var received_at_ms: Int64?
        var signature: String?
        var body_base64: String
    }

    /// Reads every line that is not blank.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - flag: the option that named it, for messages.
    ///   - visit: takes each line with its number, from 1.
    /// - Throws: `WebhookError` with path, line and what was expected; never a body's bytes. And what
    ///   `visit` throws.
    static func read(
        path: String, flag: String, _ visit: (RecordedLine, Int) throws(WebhookError) -> Void
    ) throws(WebhookError) {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw WebhookError(
                .file, "\(flag) \"\(path)\" cannot be read: check the path and its permissions")
        }
        try read(text: String(decoding: data, as: UTF8.self), path: path, flag: flag, visit)
    }

    /// The same for a text.
    static func read(
        text: String, path: String, flag: String,
        _ visit: (RecordedLine, Int) throws(WebhookError) -> Void
    ) throws(WebhookError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in zip(1..., lines) where !line.allSatisfy(\.isWhitespace) {
            try visit(RecordedLine(line, "\(flag) \"\(path)\" line \(number)"), number)
        }
    }

    private init(_ line: Substring, _ place: String) throws(WebhookError) {
        guard let members = try? JSONDecoder().decode(Members.self, from: Data(line.utf8)) else {
            throw WebhookError(
                .file,
                "\(place) is no delivery: expected {\"signature\":\"sha256=…\",\"body_base64\":\"…\"}; "
                    + "record it again or remove it")
        }
        guard let body = Data(base64Encoded: members.body_base64) else {
            throw WebhookError(
                .file,
                "\(place): body_base64 is not base64: expected the raw body in the alphabet "
                    + "A-Z a-z 0-9 + / with padding")
        }
        receivedMilliseconds = members.received_at_ms
        signature = members.signature
        self.body = [UInt8](body)
    }
}
