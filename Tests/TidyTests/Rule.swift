import Testing

/// Something every file must keep to: a pure function of a path and a text.
struct Rule: Sendable, CustomTestStringConvertible {
    /// What is asked, as a sentence.
    let testDescription: String
    let check: @Sendable (SourceFile) -> [Finding]

    init(_ sentence: String, check: @escaping @Sendable (SourceFile) -> [Finding]) {
        testDescription = sentence
        self.check = check
    }

    /// Every rule that looks at one file at a time.
    static let all: [Rule] = [
        importsGoDown, unsafeIsFenced, oneClock, noForce, noLoose, noMachinePaths, hotIsBare,
        unitTestsDoNotSleep, filesAreSmall, onePath,
    ]
}

/// A word that must not stand in some files, and what to do instead.
struct BannedWord: Sendable {
    let word: String
    let instead: String

    init(_ word: String, _ instead: String) {
        self.word = word
        self.instead = instead
    }

    /// Whether the word stands in a line, not as a part of a longer name.
    func stands(in line: Substring) -> Bool {
        line.ranges(of: word).contains { range in
            let before = line[..<range.lowerBound].last
            let after = line[range.upperBound...].first
            return !(BannedWord.joins(before, word.first) || BannedWord.joins(word.last, after))
        }
    }

    /// Whether two neighbours belong to one name.
    private static func joins(_ left: Character?, _ right: Character?) -> Bool {
        guard let left, let right else { return false }
        return isNamePart(left) && isNamePart(right)
    }

    private static func isNamePart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || character == "_"
    }
}

extension SourceFile {
    /// The lines whose code holds one of the words.
    ///
    /// - Parameter pardon: a comment that allows a word where it stands on the line or alone above.
    func findings(of words: [BannedWord], pardon: String? = nil) -> [Finding] {
        let words = words.filter { mentions($0.word) }
        if words.isEmpty { return [] }
        let lines = self.lines
        let written = lines.map(\.written)
        return lines.indices.flatMap { index -> [Finding] in
            if let pardon, isPardoned(written, index, pardon) { return [] }
            return words.filter { $0.stands(in: lines[index].code) }.map { word in
                let message = "\"\(word.word)\": \(word.instead)"
                return Finding(path: path, line: lines[index].number, message: message)
            }
        }
    }

    private func isPardoned(_ lines: [Substring], _ index: Int, _ pardon: String) -> Bool {
        if lines[index].contains(pardon) { return true }
        guard index > 0 else { return false }
        return lines[index - 1].drop { $0 == " " }.hasPrefix(pardon)
    }
}
