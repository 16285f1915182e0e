internal import FinWire
private import Foundation
private import Synchronization

/// A delivery as it arrived, whatever was said of it.
public struct RawDelivery: Sendable {
    /// When, Unix milliseconds.
    public var unixMilliseconds: Int64
    /// The header's value; nil for none, and for several.
    public var signature: String?
    /// The raw body.
    public var body: [UInt8]
    /// What was said of it.
    public var verdict: DeliveryVerdict
}

/// Writes deliveries to a file, a line of JSON each, as `webhooks verify --bodies` reads them.
///
/// With a throwaway secret the customer is taken out of them first, and they are signed anew.
public final class DeliveryRecorder: Sendable {
    private struct State {
        var pending: [UInt8] = []
        var count = 0
        var failure: String?
    }

    /// Bytes that are gathered before they are written.
    private static let pendingLimit = 256 << 10

    private let file: FileHandle
    private let path: String
    private let mask: DeliveryMask?
    private let state = Mutex(State())

    /// - Parameters:
    ///   - path: a new file; one that exists is refused. Only its owner can read it.
    ///   - throwawaySecret: signs what is written, after its texts were replaced; nil: everything is
    ///     written as it came.
    /// - Throws: `WebhookError` when the file exists or cannot be made.
    public init(path: String, throwawaySecret: String?) throws(WebhookError) {
        self.path = path
        mask = throwawaySecret.map { DeliveryMask(secret: Array($0.utf8)) }
        file = try DeliveryRecorder.create(path)
    }

    /// Makes a file that only its owner can read; never over another one.
    private static func create(_ path: String) throws(WebhookError) -> FileHandle {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw WebhookError(.file, "--record \"\(path)\" exists: name a new file, or remove it")
        }
        let isMade = FileManager.default.createFile(
            atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        guard isMade, let file = FileHandle(forWritingAtPath: path) else {
            throw WebhookError(
                .file, "--record \"\(path)\" cannot be written: check its folder and permissions")
        }
        return file
    }

    /// Writes a secret to a new file that only its owner can read.
    ///
    /// - Throws: `WebhookError` when the file exists or cannot be written.
    public static func keep(secret: String, path: String) throws(WebhookError) {
        let file = try create(path)
        do {
            try file.write(contentsOf: Data((secret + "\n").utf8))
            try file.close()
        } catch {
            throw WebhookError(.file, "--record: \"\(path)\" cannot be written: \(error)")
        }
    }

    /// Takes a delivery; any thread.
    ///
    /// One of another run's conversations is not kept.
    public func add(_ delivery: RawDelivery) {
        if delivery.verdict == .foreign { return }
        let line = DeliveryRecorder.line(mask.map { $0.masked(delivery) } ?? delivery)
        state.withLock { state in
            state.pending += line
            state.count += 1
            if state.pending.count >= DeliveryRecorder.pendingLimit { flush(&state) }
        }
    }

    /// Writes the rest and closes the file.
    ///
    /// - Returns: how many deliveries were written.
    /// - Throws: `WebhookError` when some could not be.
    public func finish() throws(WebhookError) -> Int {
        let end = state.withLock { state in
            flush(&state)
            return (count: state.count, failure: state.failure)
        }
        try? file.close()
        if let failure = end.failure {
            throw WebhookError(
                .file,
                "--record \"\(path)\" could not be written to its end (\(failure)): make room")
        }
        return end.count
    }

    private func flush(_ state: inout State) {
        defer { state.pending.removeAll(keepingCapacity: true) }
        // After a first failure the file would have a hole.
        guard state.failure == nil else { return }
        do { try file.write(contentsOf: Data(state.pending)) } catch {
            state.failure = error.localizedDescription
        }
    }

    private static func line(_ delivery: RawDelivery) -> [UInt8] {
        // A header may hold anything; a signature holds nothing that needs an escape.
        let signature = (delivery.signature ?? "").utf8.map { byte in
            (0x20...0x7E).contains(byte) && byte != 0x22 && byte != 0x5C ? byte : UInt8(ascii: "?")
        }
        let body = Data(delivery.body).base64EncodedString()
        return Array("{\"received_at_ms\":\(delivery.unixMilliseconds),\"signature\":\"".utf8)
            + signature + Array("\",\"body_base64\":\"\(body)\"}\n".utf8)
    }
}

extension DeliveryMask {
    /// The delivery without its customer, its header as true or wrong as it was.
    func masked(_ delivery: RawDelivery) -> RawDelivery {
        var made = delivery
        var mask = JSONMask(self)
        do {
            made.body = try mask.masked(delivery.body.span)
        } catch {
            // Not JSON: nobody knows what is text in it.
            made.body = Array(repeating: UInt8(ascii: "x"), count: delivery.body.count)
        }
        let code = Libcrypto.code(key: secret.span, message: made.body.span)
        made.signature = header(delivery, code).map { String(decoding: $0, as: UTF8.self) }
        return made
    }

    private func header(_ delivery: RawDelivery, _ code: ReferenceCode) -> [UInt8]? {
        switch delivery.verdict {
        case .accepted, .duplicate, .foreign, .unreadable: return HeaderMaker.valid(code)
        case .badSignature: return HeaderMaker.wrong(code, place: 63, step: 1)
        case .unsigned, .oversized, .wrongMethod, .wrongPath, .topic: return nil
        }
    }
}
