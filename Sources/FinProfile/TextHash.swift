/// A stable 64-bit hash of texts, to recognise them without showing them.
///
/// Not a secret keeper: a short text can be guessed and compared.
/// - Source: FNV-1a, 64 bits (Fowler, Noll, Vo).
struct TextHash {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Takes in a text and its end, so that `ab`, `c` and `a`, `bc` differ.
    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        add(0xff)  // never a byte of UTF-8
    }

    private mutating func add(_ byte: UInt8) {
        state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
    }

    /// The hash as 16 hexadecimal digits.
    var words: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// The hash of one text.
    static func words(_ text: String) -> String {
        var hash = TextHash()
        hash.add(text)
        return hash.words
    }
}
