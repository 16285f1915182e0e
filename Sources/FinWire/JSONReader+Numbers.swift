// Hot: once per number or literal.

extension JSONReader {
    /// Takes a number; its value where it is written as a plain integer that fits, else `nil`.
    mutating func number() throws(WireError) -> Int64? {
        let isNegative = at(UInt8(ascii: "-"))
        if isNegative { position &+= 1 }
        let first = position
        var value = try digits()
        if position &- first > 1 && bytes[first] == UInt8(ascii: "0") {
            position = first
            throw error(.badNumber)
        }
        if at(UInt8(ascii: ".")) {
            position &+= 1
            _ = try digits()
            value = nil
        }
        if at(UInt8(ascii: "e")) || at(UInt8(ascii: "E")) {
            position &+= 1
            if at(UInt8(ascii: "+")) || at(UInt8(ascii: "-")) { position &+= 1 }
            _ = try digits()
            value = nil
        }
        return value.map { isNegative ? -$0 : $0 }
    }

    /// Takes one digit or more; `nil` when they do not fit.
    private mutating func digits() throws(WireError) -> Int64? {
        guard position < bytes.count else { throw error(.truncated) }
        let first = bytes[position]
        guard first >= 0x30 && first <= 0x39 else {
            throw error(
                isNumberByte(first) || position > 0 && isNumberByte(bytes[position &- 1])
                    ? .badNumber : .unexpectedByte)
        }
        var sum: Int64? = 0
        while position < bytes.count {
            let digit = Int64(bytes[position]) &- 0x30
            guard digit >= 0 && digit <= 9 else { break }
            sum = sum.flatMap { $0 > (.max - 9) / 10 ? nil : $0 &* 10 &+ digit }
            position &+= 1
        }
        return sum
    }

    private func isNumberByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
            UInt8(ascii: "e"), UInt8(ascii: "E"):
            true
        default: false
        }
    }

    @inline(__always) private func at(_ byte: UInt8) -> Bool {
        position < bytes.count && bytes[position] == byte
    }

    /// What a literal says.
    enum Literal { case yes, no, null }

    /// Takes `true`, `false` or `null`.
    mutating func literal() throws(WireError) -> Literal {
        switch bytes[position] {
        case UInt8(ascii: "t"):
            try take("true")
            return .yes
        case UInt8(ascii: "f"):
            try take("false")
            return .no
        default:
            try take("null")
            return .null
        }
    }

    @inline(__always) private mutating func take(_ word: StaticString) throws(WireError) {
        let end = position &+ word.utf8CodeUnitCount
        guard end <= bytes.count else {
            let isCutOff = ByteScan.isBeginning(bytes, position, bytes.count, of: word)
            throw isCutOff ? truncated() : error(.unexpectedByte)
        }
        guard ByteScan.equals(bytes, position, end, word) else { throw error(.unexpectedByte) }
        position = end
    }
}
