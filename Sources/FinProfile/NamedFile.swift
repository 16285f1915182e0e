import Foundation

/// A file that a profile names, by lines; the only input besides the profile itself.
struct NamedFile {
    /// Its lines, without their ends; the last one may be empty.
    let lines: [Substring]
    private let origin: ProfileError.Origin

    /// Reads the file that a field names.
    ///
    /// - Parameter kind: what it holds, for messages: `messages file`.
    init(_ field: Field, kind: String) throws(ProfileError) {
        let path = field.resolve(try field.text())
        guard let text = NamedFile.contents(path) else {
            throw field.error("cannot be read as UTF-8 text (looked for \"\(path)\")")
        }
        lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        origin = .file(kind: kind, path: path)
    }

    /// The text of a file; nil when it cannot be read or is not UTF-8.
    static func contents(_ path: String) -> String? {
        try? String(contentsOfFile: path, encoding: .utf8)
    }

    /// A mistake in a line, from 0.
    func error(_ message: String, line: Int? = nil) -> ProfileError {
        ProfileError(origin: origin, line: line.map { $0 + 1 }, message: message)
    }
}
