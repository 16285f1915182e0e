import FinMeasure
import Foundation

extension Field {
    /// Reads `messages:`: a list, or a file with one question a line.
    func messages() throws(ProfileError) -> [Profile.Question] {
        if node.mapping != nil {
            let section = try Section(self, .messagesFile)
            return try section.required("file", "the path of a JSON lines file").messagesFile()
        }
        var questions: [Profile.Question] = []
        for field in try list(of: "texts or questions") { questions.append(try field.question()) }
        return questions
    }

    /// One text, or `{question: name, turns: [text, text]}`.
    private func question() throws(ProfileError) -> Profile.Question {
        if node.mapping == nil {
            return Profile.Question(name: nil, turns: [try messageText()])
        }
        let section = try Section(self, .question)
        var name: String?
        if let field = section["question"] { name = try field.name(marks: " ._:-") }
        var turns: [String] = []
        let list = try section.required("turns", "a list of texts").list(of: "texts")
        for field in list { turns.append(try field.messageText()) }
        return Profile.Question(name: name, turns: turns)
    }

    private func messageText() throws(ProfileError) -> String {
        let text = try text()
        if text.allSatisfy(\.isWhitespace) { throw error("is an empty message: write a text") }
        return text
    }

    private func messagesFile() throws(ProfileError) -> [Profile.Question] {
        let file = try NamedFile(self, kind: "messages file")
        var questions: [Profile.Question] = []
        for (index, line) in file.lines.enumerated() where !line.allSatisfy(\.isWhitespace) {
            guard let question = Profile.Question(jsonLine: line) else {
                throw file.error(
                    "is not a question: write "
                        + "{\"question\": \"refund\", \"turns\": [\"text\", \"text\"]} "
                        + "or one text in double quotes",
                    line: index)
            }
            questions.append(question)
        }
        if questions.isEmpty { throw file.error("has no messages: write one question a line") }
        return questions
    }
}

extension Profile.Question {
    /// Reads one line of a messages file; nil when it is neither of the two shapes.
    fileprivate init?(jsonLine line: Substring) {
        let decoder = JSONDecoder()
        guard let value = try? decoder.decode(JSONValue.self, from: Data(line.utf8)) else {
            return nil
        }
        switch value {
        case .string(let text):
            self.init(name: nil, turns: [text])
        case .object(let keys):
            guard case .array(let values) = keys["turns"],
                Set(keys.keys).isSubset(of: ["question", "turns"])
            else { return nil }
            self.init(name: keys["question"]?.text, turns: values.compactMap(\.text))
            if turns.count != values.count || (name == nil) != (keys["question"] == nil) {
                return nil
            }
        default:
            return nil
        }
        let isEmpty = turns.isEmpty || turns.contains { $0.allSatisfy(\.isWhitespace) }
        let isNameFit = name?.allSatisfy { !$0.isNewline } != false && name?.isEmpty != true
        if isEmpty || !isNameFit { return nil }
    }
}

extension JSONValue {
    fileprivate var text: String? {
        if case .string(let text) = self { return text }
        return nil
    }
}
