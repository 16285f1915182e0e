public import FinMeasure

extension SimulatorSettings {
    /// A question that takes longer than the others: a regression on purpose.
    public struct SlowQuestion: Codable, Sendable, Equatable {
        /// The question's name, or the hash that outputs show in its place.
        public var name: String
        /// What comes on top of `think`, nanoseconds.
        public var extra: Distribution
        /// Hashes of the texts of its turns: what the simulator knows it by.
        public var texts: [String]

        /// Joins the three.
        public init(name: String, extra: Distribution, texts: [String]) {
            self.name = name
            self.extra = extra
            self.texts = texts
        }
    }

    /// What a turn with this message takes on top of `think`; nil for most.
    public func extra(for message: String) -> Distribution? {
        if slow.isEmpty { return nil }
        let hash = TextHash.words(message)
        return slow.first { $0.texts.contains(hash) }?.extra
    }
}

extension Field {
    /// Reads `simulator.slow:`, without knowing the questions yet.
    func slowQuestions() throws(ProfileError) -> [SimulatorSettings.SlowQuestion] {
        var found: [SimulatorSettings.SlowQuestion] = []
        for (name, field) in try Section(free: self).pairs {
            found.append(.init(name: name, extra: try field.distribution(.duration), texts: []))
        }
        return found
    }
}

extension Profile {
    /// Gives the slow questions of `simulator:` the texts that they are known by.
    mutating func nameSlowQuestions(_ section: Field) throws(ProfileError) {
        guard let slow = try Section(free: section)["slow"] else { return }
        let places = try Section(free: slow)
        for index in simulator.slow.indices {
            let name = simulator.slow[index].name
            let asked = conversation.messages.filter { $0.shownName == name }
            if asked.isEmpty {
                let known = conversation.messages.prefix(8).map(\.shownName)
                throw (places[name] ?? slow).unquoted(
                    "names no question of conversation.messages: write one of "
                        + known.joined(separator: ", "))
            }
            simulator.slow[index].texts = asked.flatMap(\.turns).map { TextHash.words($0) }
        }
    }
}

extension Profile.Question {
    /// What outputs call it: its name, else a hash of its first text.
    var shownName: String { name ?? TextHash.words(turns.first ?? "") }
}
