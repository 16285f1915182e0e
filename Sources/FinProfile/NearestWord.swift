/// Finds the word that was perhaps meant.
enum NearestWord {
    /// The word fewest edits away from `word`, when that is at most a third of its length (and 1
    /// at least); the first of several.
    static func find(_ word: String, among words: [String]) -> String? {
        let bound = max(1, (word.count + 1) / 3)
        let ranked = words.map { (word: $0, edits: distance(word, $0)) }
        guard let best = ranked.min(by: { $0.edits < $1.edits }), best.edits <= bound else {
            // A word that holds the other whole is near as well: `chunk` for `first_chunk`.
            return word.count < 4 ? nil : words.first { $0.contains(word) || word.contains($0) }
        }
        return best.word
    }

    /// Edits (insert, delete, replace) from one word to the other: Levenshtein, one row at a time.
    static func distance(_ left: String, _ right: String) -> Int {
        let right = Array(right)
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let replaced = diagonal + (right[j] == character ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
