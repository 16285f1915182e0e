#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// Fills `{{name}}` in a connector's texts with the values of one execution.
struct ExecutionTemplate {
    let values: [String: String]

    /// In a URL: each value percent-encoded.
    func url(_ text: String) -> String {
        filled(text) { value in
            value.utf8.map { byte in
                isUnreserved(byte)
                    ? String(UnicodeScalar(byte))
                    : "%" + String(UnicodeScalar(hexadecimal(byte >> 4)))
                        + String(UnicodeScalar(hexadecimal(byte & 15)))
            }.joined()
        }
    }

    /// In a body: each value as the inside of a JSON string.
    func body(_ text: String) -> String {
        filled(text) { String(decoding: JSONText.quoted($0).dropFirst().dropLast(), as: UTF8.self) }
    }

    /// In a header: without what would end it.
    func header(_ text: String) -> String {
        filled(text) { $0 }.filter { character in
            character.unicodeScalars.allSatisfy { (0x20..<0x7F).contains($0.value) }
        }
    }

    /// A name that has no value is filled with nothing.
    private func filled(_ text: String, _ write: (String) -> String) -> String {
        var made = ""
        var rest = Substring(text)
        while let open = rest.firstRange(of: "{{"),
            let close = rest[open.upperBound...].firstRange(of: "}}")
        {
            let name = rest[open.upperBound..<close.lowerBound].filter { $0 != " " }
            made += rest[..<open.lowerBound] + write(values[name] ?? "")
            rest = rest[close.upperBound...]
        }
        return made + rest
    }

    private func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }

    private func hexadecimal(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }
}
