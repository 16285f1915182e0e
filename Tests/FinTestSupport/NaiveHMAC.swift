/// HMAC-SHA256 word for word, a byte array at a time: slow, obvious, the judge; no libcrypto in it.
///
/// - Source: FIPS 180-4, sections 4 to 6; RFC 2104.
public enum NaiveHMAC {
    /// The 32 bytes of the code of `message` under `key`.
    public static func code(key: [UInt8], message: [UInt8]) -> [UInt8] {
        var block = key.count > 64 ? sha256(key) : key
        block += [UInt8](repeating: 0, count: 64 - block.count)
        let inner = sha256(block.map { $0 ^ 0x36 } + message)
        return sha256(block.map { $0 ^ 0x5C } + inner)
    }

    /// The value of a Fin webhook's signature header.
    public static func header(key: [UInt8], body: [UInt8]) -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        let code = code(key: key, message: body)
        return Array("sha256=".utf8)
            + code.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    }

    private static let initial = primes(8).map { fraction($0, root: 2) }
    private static let constants = primes(64).map { fraction($0, root: 3) }

    /// The 32 bytes of SHA-256.
    public static func sha256(_ message: [UInt8]) -> [UInt8] {
        var state = initial
        let padded = pad(message)
        for start in stride(from: 0, to: padded.count, by: 64) {
            compress(&state, Array(padded[start..<start + 64]))
        }
        return state.flatMap { bigEndian($0) }
    }

    private static func pad(_ message: [UInt8]) -> [UInt8] {
        let zeros = (119 - message.count % 64) % 64
        let bits = UInt64(message.count) * 8
        return message + [0x80] + [UInt8](repeating: 0, count: zeros)
            + bigEndian(UInt32(bits >> 32)) + bigEndian(UInt32(truncatingIfNeeded: bits))
    }

    private static func bigEndian(_ word: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> $0) }
    }

    private static func compress(_ state: inout [UInt32], _ block: [UInt8]) {
        var words: [UInt32] = []
        for index in 0..<16 {
            words.append(block[index * 4..<index * 4 + 4].reduce(0) { $0 << 8 | UInt32($1) })
        }
        for index in 16..<64 {
            let (early, late) = (words[index - 15], words[index - 2])
            let first = turn(early, 7) ^ turn(early, 18) ^ early >> 3
            let second = turn(late, 17) ^ turn(late, 19) ^ late >> 10
            words.append(words[index - 16] &+ first &+ words[index - 7] &+ second)
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let choice = (e & f) ^ (~e & g)
            let mixed = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)
            let first = h &+ mixed &+ choice &+ constants[index] &+ words[index]
            let majority = (a & b) ^ (a & c) ^ (b & c)
            let second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) &+ majority
            (a, b, c, d, e, f, g, h) = (first &+ second, a, b, c, d &+ first, e, f, g)
        }
        for (index, word) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= word }
    }

    private static func turn(_ word: UInt32, _ count: UInt32) -> UInt32 {
        word >> count | word << (32 - count)
    }

    /// The first primes.
    private static func primes(_ count: Int) -> [UInt64] {
        var found: [UInt64] = []
        var candidate: UInt64 = 2
        while found.count < count {
            if found.allSatisfy({ candidate % $0 != 0 }) { found.append(candidate) }
            candidate += 1
        }
        return found
    }

    /// The first 32 bits of the fraction of a prime's square or cube root, by whole numbers alone:
    /// the largest x below 2^36 with x^root <= prime * 2^(32 root).
    private static func fraction(_ prime: UInt64, root: Int) -> UInt32 {
        var low: UInt64 = 0
        var high: UInt64 = 1 << 37
        while high - low > 1 {
            let middle = (low + high) / 2
            if isPower(middle, root, atMost: prime) { low = middle } else { high = middle }
        }
        return UInt32(truncatingIfNeeded: low)
    }

    private static func isPower(_ base: UInt64, _ root: Int, atMost prime: UInt64) -> Bool {
        let limit = UInt128(prime) << UInt128(32 * root)
        var power: UInt128 = 1
        for _ in 0..<root { power *= UInt128(base) }
        return power <= limit
    }
}
