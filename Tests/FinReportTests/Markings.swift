import Foundation
import FoundationXML

/// The elements of a text that must be well-formed XML, in order.
final class Markings: NSObject, XMLParserDelegate {
    struct Element {
        var name: String
        var attributes: [String: String]
        var parents: [String]
        var text = ""
    }

    struct Malformed: Error, CustomStringConvertible {
        var description: String
    }

    private(set) var elements: [Element] = []
    // Places of the open elements in `elements`.
    private var open: [Int] = []

    init(_ text: String) throws {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        guard parser.parse() else {
            let near =
                text.split(separator: "\n", omittingEmptySubsequences: false)
                .dropFirst(max(0, parser.lineNumber - 1)).first ?? ""
            throw Malformed(
                description: "line \(parser.lineNumber): "
                    + "\(parser.parserError.map(String.init(describing:)) ?? "?"): "
                    + near.prefix(200))
        }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
        qualifiedName: String?, attributes: [String: String]
    ) {
        elements.append(
            Element(
                name: name, attributes: attributes, parents: open.map { elements[$0].name }))
        open.append(elements.count - 1)
    }

    func parser(
        _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
        qualifiedName: String?
    ) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        if let last = open.last { elements[last].text += text }
    }

    func named(_ name: String) -> [Element] { elements.filter { $0.name == name } }
}
