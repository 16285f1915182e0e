import Foundation

/// One text file of the tree, with its path from the top.
struct SourceFile: Sendable {
    /// Such as `Sources/FinWire/EventParser.swift`.
    let path: String
    /// The whole text.
    let text: String
    /// The lines as written, and what the compiler sees of each: no comments, no text in quotes.
    let lines: [(number: Int, written: Substring, code: Substring)]

    init(path: String, text: String) {
        self.path = path
        self.text = text
        let written = text.split(separator: "\n", omittingEmptySubsequences: false)
        let code = CodeText.strip(text).split(separator: "\n", omittingEmptySubsequences: false)
        lines = zip(1..., zip(written, code)).map { ($0, $1.0, $1.1) }
    }

    /// The folders and the name.
    var parts: [String] { path.split(separator: "/").map(String.init) }

    var isSwift: Bool { path.hasSuffix(".swift") }

    /// The module the file belongs to, when it is below `Sources` or `Tests`.
    var module: String? {
        parts.count > 2 && ["Sources", "Tests"].contains(parts[0]) ? parts[1] : nil
    }

    /// Whether a text stands anywhere in the file: a quick look before the one at each line.
    func mentions(_ word: String) -> Bool {
        // Safe: both are lent for the length of the call, and end with a NUL.
        unsafe strstr(text, word) != nil
    }

    /// Whether the file says of itself that it is on the hot path.
    var isHot: Bool { text.hasPrefix("// Hot:") }
}

/// One broken rule at one place.
struct Finding: CustomStringConvertible, Sendable, Equatable {
    let path: String
    let line: Int
    let message: String

    var description: String { "\(path):\(line): \(message)" }
}
