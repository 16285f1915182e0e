/// RFC 8259 as recursive descent over an array: slow, obvious, the judge.
///
/// Strict as we are: UTF-8 without exception, no lone surrogates, containers at most 64 deep.
public struct NaiveJSON {
    private let bytes: [UInt8]
    private var index = 0

    /// Whether `bytes` are one valid document.
    public static func isValid(_ bytes: [UInt8]) -> Bool {
        guard String(validating: bytes, as: UTF8.self) != nil else { return false }
        var json = NaiveJSON(bytes: bytes)
        guard json.value(depth: 0) else { return false }
        json.skipSpace()
        return json.index == bytes.count
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipSpace() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[index...].starts(with: text.utf8) else { return false }
        index += text.utf8.count
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        skipSpace()
        switch next {
        case UInt8(ascii: "{"): return container(depth: depth + 1, end: "}", hasKeys: true)
        case UInt8(ascii: "["): return container(depth: depth + 1, end: "]", hasKeys: false)
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "t"): return take("true")
        case UInt8(ascii: "f"): return take("false")
        case UInt8(ascii: "n"): return take("null")
        default: return number()
        }
    }

    private mutating func container(depth: Int, end: String, hasKeys: Bool) -> Bool {
        guard depth <= 64 else { return false }
        index += 1
        skipSpace()
        if take(end) { return true }
        while true {
            if hasKeys {
                skipSpace()
                guard string() else { return false }
                skipSpace()
                guard take(":") else { return false }
            }
            guard value(depth: depth) else { return false }
            skipSpace()
            if take(end) { return true }
            guard take(",") else { return false }
        }
    }

    private mutating func number() -> Bool {
        _ = take("-")
        if !take("0") { guard digits() else { return false } }
        if take(".") { guard digits() else { return false } }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            return digits()
        }
        return true
    }

    private mutating func digits() -> Bool {
        let start = index
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        return index > start
    }

    private mutating func string() -> Bool {
        guard take("\"") else { return false }
        while let byte = next {
            if byte == UInt8(ascii: "\"") { return take("\"") }
            if byte < 0x20 { return false }
            if byte == UInt8(ascii: "\\") {
                guard escape() else { return false }
            } else {
                index += 1
            }
        }
        return false
    }

    private mutating func escape() -> Bool {
        index += 1
        if take("u") {
            guard let unit = codeUnit() else { return false }
            if (0xDC00...0xDFFF).contains(unit) { return false }
            guard (0xD800...0xDBFF).contains(unit) else { return true }
            guard take("\\u"), let second = codeUnit() else { return false }
            return (0xDC00...0xDFFF).contains(second)
        }
        guard let byte = next, "\"\\/bfnrt".utf8.contains(byte) else { return false }
        index += 1
        return true
    }

    private mutating func codeUnit() -> Int? {
        guard index + 4 <= bytes.count else { return nil }
        let digits = bytes[index..<index + 4]
        guard digits.allSatisfy({ "0123456789abcdefABCDEF".utf8.contains($0) }) else { return nil }
        index += 4
        return Int(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
