/// Swift text without its comments and the text between its quotes; lines stay where they are.
///
/// What stands in an interpolation is code and stays. Regex literals are not known: none is used.
struct CodeText {
    private enum Mode {
        // Code inside so many open parentheses; the outermost code is never left.
        case code(depth: Int)
        case string(hashes: Int, quotes: Int)
    }

    private static let quote = UInt8(ascii: "\"")
    private static let hash = UInt8(ascii: "#")
    private static let newline = UInt8(ascii: "\n")

    private let bytes: [UInt8]
    private var index = 0
    private var output: [UInt8] = []
    private var modes: [Mode] = [.code(depth: 0)]

    static func strip(_ text: String) -> String {
        var reader = CodeText(bytes: Array(text.utf8))
        while reader.index < reader.bytes.count { reader.step() }
        return String(decoding: reader.output, as: UTF8.self)
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func step() {
        switch modes[modes.count - 1] {
        case .code(let depth): stepCode(depth)
        case .string(let hashes, let quotes): stepString(hashes, quotes)
        }
    }

    private mutating func stepCode(_ depth: Int) {
        if stands("//") { return skipLine() }
        if stands("/*") { return skipBlock() }
        if let (hashes, quotes) = opening {
            skip(hashes + quotes)
            return modes.append(.string(hashes: hashes, quotes: quotes))
        }
        let byte = bytes[index]
        if byte == UInt8(ascii: ")"), depth == 1, modes.count > 1 {
            modes.removeLast()
            return skip(1)
        }
        let change = byte == UInt8(ascii: "(") ? 1 : byte == UInt8(ascii: ")") ? -1 : 0
        modes[modes.count - 1] = .code(depth: depth + change)
        output.append(byte)
        index += 1
    }

    private mutating func stepString(_ hashes: Int, _ quotes: Int) {
        let marks = String(repeating: "#", count: hashes)
        if stands("\\" + marks + "(") {
            skip(2 + hashes)
            return modes.append(.code(depth: 1))
        }
        if stands("\\" + marks) { return skip(2 + hashes) }
        let isBroken = quotes == 1 && bytes[index] == CodeText.newline
        if isBroken || stands(String(repeating: "\"", count: quotes) + marks) {
            modes.removeLast()
            return skip(isBroken ? 1 : quotes + hashes)
        }
        skip(1)
    }

    /// The hashes and quotes of a string that begins here.
    private var opening: (hashes: Int, quotes: Int)? {
        let hashes = bytes[index...].prefix { $0 == CodeText.hash }.count
        let quotes = bytes[(index + hashes)...].prefix { $0 == CodeText.quote }.count
        if quotes == 0 { return nil }
        return (hashes, quotes >= 3 ? 3 : 1)
    }

    private func stands(_ text: String) -> Bool { bytes[index...].starts(with: text.utf8) }

    /// Steps over bytes that are not code; keeps their line ends.
    private mutating func skip(_ count: Int) {
        let end = min(index + count, bytes.count)
        output += bytes[index..<end].map { $0 == CodeText.newline ? $0 : UInt8(ascii: " ") }
        index = end
    }

    private mutating func skipLine() {
        skip(bytes[index...].prefix { $0 != CodeText.newline }.count)
    }

    private mutating func skipBlock() {
        var depth = 0
        repeat {
            depth += stands("/*") ? 1 : stands("*/") ? -1 : 0
            skip(stands("/*") || stands("*/") ? 2 : 1)
        } while depth > 0 && index < bytes.count
    }
}
