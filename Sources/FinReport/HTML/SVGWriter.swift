/// An SVG as it is written: elements in order, numbers short.
struct SVGWriter {
    /// What was written so far.
    private(set) var text = ""

    /// One element without children, or with a title that a pointer brings up.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String>, title: String = ""
    ) {
        open(name, attributes, isEmpty: title.isEmpty)
        if title.isEmpty { return }
        text += "<title>\(Markup.escape(title))</title></\(name)>\n"
    }

    /// An element with words in it.
    mutating func words(_ words: String, _ attributes: KeyValuePairs<String, String>) {
        open("text", attributes, isEmpty: false)
        text += "\(Markup.escape(words))</text>\n"
    }

    /// The beginning of an element that has children.
    mutating func open(
        _ name: String, _ attributes: KeyValuePairs<String, String>, isEmpty: Bool = false
    ) {
        text += "<\(name)"
        for (key, value) in attributes { text += " \(key)=\"\(Markup.escape(value))\"" }
        text += isEmpty ? "/>\n" : ">"
    }

    /// The end of an element that was opened.
    mutating func close(_ name: String) { text += "</\(name)>\n" }

    /// Character data.
    mutating func characters(_ words: String) { text += Markup.escape(words) }

    /// Text that is SVG already.
    mutating func raw(_ markup: String) { text += markup }

    /// A length in user units, to a tenth.
    static func number(_ value: Double) -> String { Decimals.number(value, places: 1) }
}
