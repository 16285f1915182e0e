/// One webhook as it arrived, in a corpus' bytes, and what must be said of it.
struct Delivery: Sendable {
    /// Where its header's value lies.
    var header: Range<Int>
    /// Where its body lies.
    var body: Range<Int>
    /// The index of its secret.
    var secret: Int
    /// Whether the header is the body's signature.
    var isValid: Bool
    /// The body's true code, by the reference.
    var code: ReferenceCode
}

/// Writes headers: the true one, wrong ones, and ones that are no signature at all.
enum HeaderMaker {
    private static let prefix = Array("sha256=".utf8)
    private static let digits = Array("0123456789abcdef".utf8)

    /// How many kinds of malformed headers there are.
    static let malformedKinds = 10

    /// The true header.
    static func valid(_ code: ReferenceCode) -> [UInt8] { prefix + hex(code) }

    private static func hex(_ code: ReferenceCode) -> [UInt8] { hex(code.bytes) }

    /// Bytes as lower-case digits.
    static func hex(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(2 * bytes.count)
        for byte in bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    /// A header of the right form with one digit changed.
    ///
    /// - Parameters:
    ///   - place: which of the 64 digits.
    ///   - step: 1 to 15, how far the digit moves among the sixteen.
    static func wrong(_ code: ReferenceCode, place: Int, step: Int) -> [UInt8] {
        var header = valid(code)
        let index = prefix.count + place
        let value = digits.firstIndex(of: header[index]) ?? 0
        header[index] = digits[(value + step) % 16]
        return header
    }

    /// A header that has not the form of a signature.
    static func malformed(_ code: ReferenceCode, kind: Int) -> [UInt8] {
        let hex = hex(code)
        switch kind {
        case 0: return []  // the header is missing
        case 1: return Array("sha1=".utf8) + hex.prefix(40)  // the general webhooks' signature
        case 2: return prefix + hex.prefix(40)  // a code of the wrong length
        case 3: return hex  // no prefix
        case 4: return prefix + hex.map { $0 >= 0x61 ? $0 - 0x20 : $0 }  // upper case
        case 5: return prefix + hex + [0x20]
        case 6: return prefix + hex + Array(", ".utf8) + prefix + hex  // two values
        case 7: return prefix + hex.dropLast() + [UInt8(ascii: "g")]
        case 8: return prefix + hex + [UInt8(ascii: "0")]
        default: return [0x20] + prefix + hex
        }
    }
}
