/// Signed numbers in 1 to 9 bytes: ZigZag, then seven bits a byte, the ninth byte whole.
///
/// - Source: HdrHistogram, "ZigZag LEB128-64b9B".
enum ZigZag {
    /// Appends one number.
    static func append(_ value: Int64, to bytes: inout [UInt8]) {
        var rest = UInt64(bitPattern: (value << 1) ^ (value >> 63))
        for _ in 0..<8 {
            if rest < 0x80 {
                bytes.append(UInt8(rest))
                return
            }
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Takes one number and moves the offset behind it; nil when the bytes end within it.
    static func take(from bytes: Span<UInt8>, at offset: inout Int) -> Int64? {
        var raw: UInt64 = 0
        for position in 0..<9 {
            guard offset < bytes.count else { return nil }
            let byte = bytes[offset]
            offset += 1
            let bits = position == 8 ? UInt64(byte) : UInt64(byte & 0x7F)
            raw |= bits << UInt64(7 * position)
            if position == 8 || byte < 0x80 { break }
        }
        return Int64(bitPattern: raw >> 1) ^ -Int64(bitPattern: raw & 1)
    }
}
