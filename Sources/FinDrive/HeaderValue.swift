/// Looks at one header line without making text of it.
enum HeaderValue {
    /// The value of a header, if the line is that header; names are compared without case.
    ///
    /// - Parameter name: lower case.
    @_lifetime(copy line)
    static func of(_ name: String, in line: Span<UInt8>) -> Span<UInt8>? {
        let count = name.utf8.count
        guard line.count > count, line[count] == UInt8(ascii: ":"), begins(line, with: name) else {
            return nil
        }
        var start = count + 1
        while start < line.count && (line[start] == 0x20 || line[start] == 0x09) { start += 1 }
        return line.extracting(start..<line.count)
    }

    /// A value that is a whole number of at most 15 digits; nil for anything else.
    static func number(_ value: Span<UInt8>) -> Int64? {
        var end = value.count
        while end > 0 && (value[end - 1] == 0x20 || value[end - 1] == 0x09) { end -= 1 }
        guard (1...15).contains(end) else { return nil }
        var number: Int64 = 0
        for index in 0..<end {
            let digit = value[index] &- UInt8(ascii: "0")
            if digit > 9 { return nil }
            number = number * 10 + Int64(digit)
        }
        return number
    }

    /// Whether text begins with some ASCII words, without case.
    ///
    /// - Parameter words: lower case.
    static func begins(_ text: Span<UInt8>, with words: String) -> Bool {
        guard text.count >= words.utf8.count else { return false }
        for (index, expected) in words.utf8.enumerated() {
            let byte = text[index]
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            if (isUpper ? byte | 0x20 : byte) != expected { return false }
        }
        return true
    }
}
