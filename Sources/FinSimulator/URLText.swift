/// Text inside a URL.
enum URLText {
    /// A text as one component of a path, or as a name or value of a query.
    static func escaped(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            let isPlain = byte < 128 && (character.isLetter || character.isNumber)
            if isPlain || "-._~".contains(character) { return String(character) }
            let digits = [JSONText.hex(byte >> 4), JSONText.hex(byte & 15)]
            return "%" + String(decoding: digits, as: UTF8.self).uppercased()
        }.joined()
    }
}
