internal import FinMeasure

/// How a probe writes what a server said: words and numbers of the protocol, never free text.
///
/// What arrives may hold a user's words, a token or terminal controls; so only what looks like an
/// identifier is shown, and of everything else its length.
enum ProbeText {
    /// Longest identifier that is shown whole, in characters.
    static let wordLimit = 64

    /// An identifier, or its length where it is none.
    static func word(_ text: String?) -> String {
        guard let text, !text.isEmpty else { return "" }
        return isWord(text) ? text : "(\(count(text.utf8.count)) B)"
    }

    /// The first eight characters of an identifier: enough to tell one from another.
    static func short(_ text: String?) -> String {
        guard let text, isWord(text) else { return word(text) }
        return String(text.prefix(8))
    }

    private static func isWord(_ text: String) -> Bool {
        text.utf8.count <= wordLimit && text.utf8.allSatisfy(isWordByte)
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: ":"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// Printable ASCII of a header's value, at most 80 characters; other bytes become `?`.
    static func line(_ bytes: Span<UInt8>) -> String {
        var shown: [UInt8] = []
        for index in 0..<min(bytes.count, 80) {
            let isPlain = (0x20...0x7E).contains(bytes[index])
            shown.append(isPlain ? bytes[index] : UInt8(ascii: "?"))
        }
        return String(decoding: shown, as: UTF8.self) + (bytes.count > 80 ? "…" : "")
    }

    /// Milliseconds with three decimals: `612.314`.
    static func milliseconds(_ span: Nanoseconds) -> String {
        let microseconds = (span.count.magnitude + 500) / 1000
        let fraction = String(microseconds % 1000)
        let zeros = String(repeating: "0", count: 3 - fraction.count)
        let sign = span.count < 0 && microseconds > 0 ? "-" : ""
        return "\(sign)\(microseconds / 1000).\(zeros)\(fraction)"
    }

    /// A span for a sentence: `0.42 ms`, `612 ms`, `1.25 s`; what rounds to nothing has no sign.
    static func span(_ span: Nanoseconds) -> String {
        let value = span.count.magnitude
        let sign = span.count < 0 && value >= 5000 ? "-" : ""
        if value < 99_500_000 { return "\(sign)\(decimal(value, unit: 1_000_000)) ms" }
        if value < 999_500_000 { return "\(sign)\((value + 500_000) / 1_000_000) ms" }
        return "\(sign)\(decimal(value, unit: 1_000_000_000)) s"
    }

    /// A value in units, with two decimals.
    private static func decimal(_ value: UInt64, unit: UInt64) -> String {
        let hundredths = (value + unit / 200) / (unit / 100)
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    /// A whole number with commas between thousands: `1,002`.
    static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0 && (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return (value < 0 ? "-" : "") + text
    }

    /// One word for one, another for all else: `1 chunk`, `2 chunks`.
    static func plural(_ number: Int, _ noun: String) -> String {
        "\(count(number)) \(noun)\(number == 1 ? "" : "s")"
    }

    /// The time of day, UTC, of Unix milliseconds: `09:15:01.204`.
    static func timeOfDay(_ unixMilliseconds: Int64) -> String {
        guard let milliseconds = Conversation.usable(unixMilliseconds) else { return "unreadable" }
        let text = UTCStamp.milliseconds(unixNanoseconds: UInt64(milliseconds) * 1_000_000)
        return String(text.dropFirst(11).dropLast())
    }

    /// `text` with blanks before it.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - text.count)) + text
    }

    /// `text` with blanks behind it.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    /// Breaks words over lines of at most `width` columns, of which `indent` are taken: by blanks, on
    /// the first line by what the caller puts there.
    static func wrapped(_ text: String, width: Int, indent: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty && line.count + 1 + word.count > width - indent {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(line)
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}
