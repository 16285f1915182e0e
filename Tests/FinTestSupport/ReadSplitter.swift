/// Cuts a stream into reads.
public enum ReadSplitter: Sendable, CaseIterable {
    /// One read.
    case whole
    /// A read for every byte.
    case bytewise
    /// Reads of random lengths, empty ones included.
    case random

    /// Hands `body` one read after another; the lengths of `.random` come from `generator`.
    public func split<Generator: RandomNumberGenerator>(
        _ bytes: [UInt8], using generator: inout Generator, _ body: (Span<UInt8>) -> Void
    ) {
        var start = 0
        repeat {
            let rest = bytes.count - start
            let count =
                switch self {
                case .whole: rest
                case .bytewise: min(1, rest)
                case .random: min(rest, Int.random(in: 0...24, using: &generator))
                }
            body(bytes.span.extracting(start..<start + count))
            start += count
        } while start < bytes.count
    }
}
