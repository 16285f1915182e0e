/// What was wrong with bytes that arrived, and where.
///
/// Counted, not fatal: these are the network's behaviour, never ours.
public struct WireError: Error, Hashable, Sendable {
    /// The rule that was broken.
    public let code: Code
    /// The first offending byte: in the stream since `EventParser.reset()` for the parser, in the
    /// document for JSON (in the inner text where an envelope was opened).
    public let byteOffset: Int

    /// Joins a code and a place.
    public init(_ code: Code, byteOffset: Int) {
        self.code = code
        self.byteOffset = byteOffset
    }

    /// The rules of event streams and of JSON that bytes can break.
    public enum Code: UInt8, Sendable, CaseIterable {
        /// A line of an event stream is longer than the parser's `lineLimit`.
        case lineTooLong
        /// The data of one event is longer than the parser's `eventLimit`.
        case eventTooLong

        /// The document ends inside a value.
        case truncated
        /// A byte that no value, comma, colon or bracket of RFC 8259 allows here.
        case unexpectedByte
        /// Something follows the document's value.
        case trailingGarbage
        /// Containers are nested deeper than 64.
        case nestingTooDeep
        /// A number outside the grammar of RFC 8259, such as `01` or `1.`.
        case badNumber
        /// A raw control character inside a string.
        case controlCharacter
        /// A backslash followed by no letter of RFC 8259, or by fewer than four hexadecimal digits.
        case badEscape
        /// Half of a `\u` surrogate pair.
        case loneSurrogate
        /// Bytes that are not UTF-8.
        case badUTF8
        /// The document is valid so far but is not an object.
        case notAnObject
    }
}

extension WireError: CustomStringConvertible {
    /// The place, what was found, what was expected.
    public var description: String { "byte \(byteOffset): \(code.explanation)" }
}

extension WireError.Code {
    /// What was found and what was expected, in words.
    public var explanation: String {
        switch self {
        case .lineTooLong: "line is longer than the limit; raise the line limit or end it sooner"
        case .eventTooLong: "event is longer than the limit; raise the event limit or split it"
        case .truncated: "document ends inside a value; expected its closing bracket or quote"
        case .unexpectedByte: "byte has no place here; expected a value, comma, colon or bracket"
        case .trailingGarbage: "bytes follow the document; expected its end"
        case .nestingTooDeep: "containers are nested deeper than 64; expected a flatter document"
        case .badNumber: "number is malformed; expected the grammar of RFC 8259"
        case .controlCharacter: "raw control character in a string; expected it to be escaped"
        case .badEscape: "unknown escape; expected one of \"\\/bfnrt or u and four hex digits"
        case .loneSurrogate: "half a surrogate pair; expected both halves as \\u escapes"
        case .badUTF8: "bytes are not UTF-8; expected a whole, shortest-form sequence"
        case .notAnObject: "document is no object; expected one in braces"
        }
    }
}

/// Why a feed ended early: the stream's bytes, or the visitor.
public enum FeedError<VisitorFailure: Error>: Error {
    /// The bytes broke a rule; the parser wants `reset()`.
    case wire(WireError)
    /// The visitor threw; bytes after that event were not looked at.
    case visitor(VisitorFailure)
}

extension FeedError: Sendable where VisitorFailure: Sendable {}
