internal import FinMeasure

/// The scenarios of a plan, and which one each conversation is.
///
/// Every draw of it follows from the seed and the conversation's number. Draws are independent, so
/// that each scenario of a Poisson plan has Poisson arrivals of its own.
struct ScenarioMix: Sendable {
    /// What is drawn for one scenario; read once or twice a turn.
    private struct Lane {
        let turns: Distribution
        /// The time after each turn; the last one holds for all that follow.
        let thinkTimes: [Distribution]
        /// The index among `recordNames` of each turn; the last one holds for all that follow.
        let records: [Int]
        /// Its questions among `messages`.
        let questions: Range<Int>
        // Ascending: a lane has the draws below its bound and not below that of the lane before.
        let bound: UInt64
    }

    let scenarios: [Profile.Scenario]
    let recordNames: [String]
    /// The messages of all scenarios, one after the other.
    let messages: [Profile.Question]
    private let lanes: [Lane]

    init(_ profile: Profile) {
        scenarios = profile.allScenarios
        var (names, messages, bound) = ([String](), [Profile.Question](), UInt64(0))
        var lanes: [Lane] = []
        for scenario in profile.allScenarios {
            let records = scenario.turnNames.map { name in
                if let index = names.firstIndex(of: name) { return index }
                names.append(name)
                return names.count - 1
            }
            let start = messages.count
            messages += scenario.messages ?? profile.conversation.messages
            bound += UInt64(scenario.weight)
            lanes.append(
                Lane(
                    turns: scenario.turns, thinkTimes: scenario.thinkTimes, records: records,
                    questions: start..<messages.count, bound: bound))
        }
        (recordNames, self.messages, self.lanes) = (names, messages, lanes)
    }

    /// The scenario that a draw falls on.
    func scenario(_ generator: inout SeededGenerator) -> Int {
        let drawn = UInt64.random(in: 0..<(lanes.last?.bound ?? 1), using: &generator)
        return lanes.firstIndex { drawn < $0.bound } ?? 0
    }

    /// How many turns a scenario's conversations have.
    func turns(_ scenario: Int) -> Distribution { lanes[scenario].turns }

    /// The time after a scenario's turn, counted from 1.
    func thinkTime(_ scenario: Int, afterTurn turn: Int) -> Distribution {
        let times = lanes[scenario].thinkTimes
        return times[min(turn, times.count) - 1]
    }

    /// The index among `recordNames` of a scenario's turn, counted from 1.
    func record(_ scenario: Int, turn: Int) -> Int {
        let records = lanes[scenario].records
        return records[min(turn, records.count) - 1]
    }

    /// A question of a scenario, as an index among `messages`.
    func question(_ scenario: Int, drawn: UInt64) -> UInt32 {
        let range = lanes[scenario].questions
        return UInt32(range.lowerBound) + UInt32(drawn % UInt64(range.count))
    }
}

extension Profile.Scenario {
    /// What its users ask; nil for operations, which have no texts of their own.
    fileprivate var messages: [Profile.Question]? {
        if case .conversation(let conversation) = kind { return conversation.messages }
        return nil
    }

    /// The time after each turn.
    fileprivate var thinkTimes: [Distribution] {
        switch kind {
        case .conversation(let conversation): [conversation.thinkTime]
        case .operations(let operations): operations.dropFirst().map(\.thinkTime) + [.fixed(0)]
        }
    }
}

extension RunPlan {
    /// The scenarios, in the profile's order; the conversation alone where it names none.
    public var scenarios: [Profile.Scenario] { mix.scenarios }

    /// The names of the record's series: each conversation's scenario, and each operation of the
    /// others as `scenario.operation`.
    public var recordNames: [String] { mix.recordNames }

    /// Which of `recordNames` a turn belongs to.
    ///
    /// - Parameters:
    ///   - scenario: an index of `scenarios`.
    ///   - turn: from 1.
    public func record(scenario: Int, turn: Int) -> UInt16 {
        UInt16(clamping: mix.record(scenario, turn: turn))
    }
}
