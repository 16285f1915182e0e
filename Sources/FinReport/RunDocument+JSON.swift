internal import FinMeasure
private import Foundation

extension RunDocument {
    /// The document as `run.json`: snake case, sorted keys, a line break at the end.
    func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .custom { path in
            Key(snakeCase(path.last?.stringValue ?? ""))
        }
        return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }

    /// Reads `run.json` back.
    static func read(json: [UInt8], path: String) throws -> RunDocument {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .custom { path in
            Key(camelCase(path.last?.stringValue ?? ""))
        }
        let document: RunDocument
        do {
            document = try decoder.decode(RunDocument.self, from: Data(json))
        } catch {
            throw ReportError(
                .malformed, path: path,
                "is not the document of a run (\(error)); expected the file that finbench wrote: "
                    + "restore it")
        }
        guard document.schema == RunDocument.currentSchema else {
            throw ReportError(
                .schema, path: path,
                "has schema \"\(document.schema)\", expected \"\(RunDocument.currentSchema)\": "
                    + "use the finbench that wrote it (\(document.toolVersion))")
        }
        return document
    }

    private struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }
}

/// `runID` becomes `run_id`: an acronym is one word.
private func snakeCase(_ name: String) -> String {
    if name.hasSuffix("ID") { return snakeCase(String(name.dropLast(2)) + "Id") }
    return name.reduce(into: "") { text, letter in
        text += letter.isUppercase ? "_\(letter.lowercased())" : String(letter)
    }
}

private func camelCase(_ name: String) -> String {
    let words = name.split(separator: "_")
    guard let first = words.first else { return name }
    return words.dropFirst().reduce(String(first)) { text, word in
        text + (word == "id" ? "ID" : word.prefix(1).uppercased() + word.dropFirst())
    }
}
