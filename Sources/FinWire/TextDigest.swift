// Hot: a few times per event.

/// The fingerprint of a text: what is kept of an identifier in order to compare it.
///
/// Over the text's UTF-8 bytes after JSON unescaping, so it does not matter how the other side
/// escaped it. Two different texts of one length agree by chance once in 2^64; not for adversaries.
public struct TextDigest: Hashable, Sendable {
    /// 64 mixed bits of the bytes.
    public let bits: UInt64
    /// How many bytes there are.
    public let byteCount: UInt32

    /// Takes the fingerprint of UTF-8 bytes.
    public init(of bytes: Span<UInt8>) {
        bits = ByteScan.digest(of: bytes)
        byteCount = UInt32(clamping: bytes.count)
    }

    /// Takes the fingerprint of a text; equal to that of its UTF-8 bytes.
    public init(_ text: String) {
        self.init(of: text.utf8.span)
    }

    /// The fingerprint that another process took.
    public init(bits: UInt64, byteCount: UInt32) {
        self.bits = bits
        self.byteCount = byteCount
    }
}

/// What is remembered of the text of a stream's last chunk: its length and fingerprint, no text.
///
/// 24 bytes; lives in the driver's row and is given to every scan of that conversation.
public struct TextMark: Hashable, Sendable {
    // Invariant: byteCount == .max exactly when no chunk was seen.
    var textBits: UInt64 = 0
    /// Fingerprint of the stream's ID; 0 for a chunk without one.
    var streamBits: UInt64 = 0
    var byteCount: UInt32 = .max

    /// No chunk seen yet.
    public init() {}

    /// Compares a chunk's text with the one before it, then remembers it instead.
    mutating func advance(to text: Span<UInt8>, stream: UInt64) -> TextContinuity {
        let isFirst = byteCount == .max || stream != streamBits
        let known = isFirst ? 0 : Int(byteCount)
        let digests = ByteScan.digests(of: text, prefixCount: min(known, text.count))
        defer {
            textBits = digests.whole
            streamBits = stream
            byteCount = UInt32(clamping: min(text.count, Int(UInt32.max) - 1))
        }
        if isFirst { return .first }
        if text.count < known { return .shrank }
        if digests.prefix != textBits { return .diverged }
        return text.count == known ? .same : .extended
    }
}

/// How a chunk's text follows from the chunk before it in its stream.
public enum TextContinuity: UInt8, Sendable {
    /// No chunk, or a chunk without text.
    case none
    /// The first text of its stream.
    case first
    /// The text before it, and more.
    case extended
    /// The text before it again.
    case same
    /// Shorter than the text before it.
    case shrank
    /// At least as long, but it does not begin with the text before it.
    case diverged
}
