/// Makes the ids of runs: short, in order of time, never the same twice.
public enum RunID {
    /// Digits before letters, none that looks like another: text order is number order.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz")

    /// An id of 16 characters: `r`, 9 for the millisecond (until the year 3084), 6 for chance.
    ///
    /// Two runs begun within one millisecond share an id once in 2³⁰.
    /// - Parameters:
    ///   - unixNanoseconds: when the run begins.
    ///   - entropy: random bits; the lowest 30 are used.
    /// - Source: the alphabet is Crockford's Base32, the layout that of ULID.
    public static func make(unixNanoseconds: UInt64, entropy: UInt64) -> String {
        "r" + digits(unixNanoseconds / 1_000_000, count: 9) + digits(entropy, count: 6)
    }

    /// The lowest `count` digits of 5 bits, highest first.
    private static func digits(_ value: UInt64, count: Int) -> String {
        let shifts = (0..<count).reversed().map { UInt64($0) * 5 }
        return String(shifts.map { alphabet[Int((value >> $0) & 31)] })
    }
}

extension RunID {
    /// Whether a text can stand for a run in conversation ids: 1 to 64 letters, digits, `-` or `_`.
    public static func accepts(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}

extension Profile {
    /// A hash of what is drawn from: the same for all slices of one plan.
    public var planHash: UInt64 {
        UInt64(TextHash.words("\(name) \(load.seed) \(conversation.id)"), radix: 16) ?? 0
    }
}
