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

    /// Edits (insert, delete, replace, swap two neighbours) from one word to the other: optimal string
    /// alignment, one row at a time.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left), Array(right))
        var before: [Int] = []
        var row = Array(0...right.count)
        for i in left.indices {
            var next = [i + 1]
            for j in right.indices {
                let replaced = row[j] + (right[j] == left[i] ? 0 : 1)
                var least = min(replaced, next[j] + 1, row[j + 1] + 1)
                let isSwap = i > 0 && j > 0 && left[i] == right[j - 1] && left[i - 1] == right[j]
                if isSwap { least = min(least, before[j - 1] + 1) }
                next.append(least)
            }
            (before, row) = (row, next)
        }
        return row[right.count]
    }
}
