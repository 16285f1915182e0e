import FinMeasure

extension Field {
    /// A number with the unit of its kind, in the base unit.
    func quantity(_ unit: Unit) throws(ProfileError) -> Double {
        let text = try text()
        do throws(Unit.Refusal) {
            return try unit.parse(text)
        } catch {
            throw self.error(error.words)
        }
    }

    /// A duration, zero included.
    func duration() throws(ProfileError) -> Nanoseconds {
        Nanoseconds(Int64(try quantity(.duration).rounded()))
    }

    /// A duration above zero.
    func positiveDuration() throws(ProfileError) -> Nanoseconds {
        let span = try duration()
        if span <= .zero { throw error("must be longer than 0s") }
        return span
    }

    /// A rate of arrivals per second, zero included, after `--scale`.
    func rate() throws(ProfileError) -> Double { try quantity(.rate) * rateScale }

    /// A rate above zero, per second.
    func positiveRate() throws(ProfileError) -> Double {
        let rate = try rate()
        if rate <= 0 { throw error("must be above 0 per second") }
        return rate
    }

    /// A share of 0 to 1, written in percent.
    func share() throws(ProfileError) -> Double { try quantity(.percent) }

    /// A share above zero.
    func positiveShare() throws(ProfileError) -> Double {
        let share = try share()
        if share <= 0 { throw error("must be above 0%") }
        return share
    }

    /// A whole number within bounds.
    func count(_ bounds: ClosedRange<Int>) throws(ProfileError) -> Int {
        let value = try quantity(.count)
        guard let count = Int(exactly: value) else { throw error("must be a whole number") }
        if count < bounds.lowerBound { throw error("must be at least \(bounds.lowerBound)") }
        if count > bounds.upperBound { throw error("must be at most \(bounds.upperBound)") }
        return count
    }

    /// A seed: any whole number of 64 bits.
    func seed() throws(ProfileError) -> UInt64 {
        let text = try text()
        guard let seed = UInt64(text), String(seed) == text else {
            throw error("must be a whole number from 0 to \(UInt64.max)")
        }
        return seed
    }

    /// `true` or `false`, nothing else.
    func flag() throws(ProfileError) -> Bool {
        switch try text() {
        case "true": return true
        case "false": return false
        default: throw error("must be true or false")
        }
    }

    /// One of a closed list of words.
    func word(_ words: [String]) throws(ProfileError) -> String {
        let text = try text()
        if words.contains(text) { return text }
        if text.count > 2, let near = NearestWord.find(text, among: words) {
            throw error("is not known here: did you mean \"\(near)\"?")
        }
        throw error("must be one of: \(words.joined(separator: ", "))")
    }

    /// A text of letters, digits and the given marks.
    func name(marks: String, limit: Int = 64) throws(ProfileError) -> String {
        let text = try text()
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || marks.contains($0))
        }
        if !isPlain || text.isEmpty {
            throw error("may hold only letters, digits and the characters \"\(marks)\"")
        }
        if text.count > limit { throw error("must be at most \(limit) characters long") }
        return text
    }

    /// The name of an environment variable.
    func environmentName() throws(ProfileError) -> String {
        let text = try text()
        if !EnvironmentName.accepts(text) {
            // Not quoted: it may be the secret itself, put in the wrong place.
            throw unquoted(EnvironmentName.refusal)
        }
        return text
    }

    /// A section of the user's own keys with one text each.
    func texts() throws(ProfileError) -> [String: String] {
        var texts: [String: String] = [:]
        for (key, value) in try Section(free: self).pairs { texts[key] = try value.text() }
        return texts
    }
}
