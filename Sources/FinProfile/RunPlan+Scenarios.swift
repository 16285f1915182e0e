internal import FinMeasure

/// The scenarios of a plan, and which one each conversation is.
///
/// Every draw of it follows from the seed and the conversation's number. Draws are independent, so
/// that each scenario of a Poisson plan has Poisson arrivals of its own.
struct ScenarioMix: Sendable {
    let scenarios: [Profile.Scenario]
    /// Where each scenario's series begin in `recordNames`.
    private let recordStarts: [Int]
    /// For each scenario the place of each turn's series after its start; one for conversations.
    private let recordOffsets: [[Int]]
    let recordNames: [String]
    /// The messages of all conversations, scenario by scenario.
    let messages: [Profile.Question]
    private let messageRanges: [Range<Int>]
    // Ascending: scenario i has the draws below bounds[i] and not below bounds[i - 1].
    private let bounds: [UInt64]

    init(_ profile: Profile) {
        scenarios = profile.allScenarios
        var (starts, offsets, names) = ([Int](), [[Int]](), [String]())
        var (messages, messageStarts, messageEnds) = ([Profile.Question](), [Int](), [Int]())
        var (bounds, sum) = ([UInt64](), UInt64(0))
        for scenario in profile.allScenarios {
            let own = scenario.recordNames
            starts.append(names.count)
            offsets.append(scenario.recordOffsets(own))
            names += own
            messageStarts.append(messages.count)
            messages += scenario.messages(of: profile.conversation)
            messageEnds.append(messages.count)
            sum += UInt64(scenario.weight)
            bounds.append(sum)
        }
        (recordStarts, recordOffsets, recordNames) = (starts, offsets, names)
        self.messages = messages
        messageRanges = zip(messageStarts, messageEnds).map { $0..<$1 }
        self.bounds = bounds
    }

    /// The scenario that a draw falls on.
    func scenario(_ generator: inout SeededGenerator) -> Int {
        guard bounds.count > 1, let sum = bounds.last else { return 0 }
        let drawn = UInt64.random(in: 0..<sum, using: &generator)
        return bounds.firstIndex { drawn < $0 } ?? 0
    }

    /// The index among `recordNames` of a scenario's turn, counted from 1.
    func record(_ scenario: Int, turn: Int) -> Int {
        let offsets = recordOffsets[scenario]
        return recordStarts[scenario] + offsets[min(turn, offsets.count) - 1]
    }

    /// A question of a scenario, as an index among `messages`.
    func question(_ scenario: Int, drawn: UInt64) -> UInt32 {
        let range = messageRanges[scenario]
        return UInt32(range.lowerBound) + UInt32(drawn % UInt64(range.count))
    }
}

extension Profile.Scenario {
    /// What its users ask; operations that send a message have no texts of their own.
    fileprivate func messages(of conversation: Profile.Conversation) -> [Profile.Question] {
        if case .conversation(let own) = kind { return own.messages }
        return conversation.messages
    }

    fileprivate func recordOffsets(_ names: [String]) -> [Int] {
        guard case .operations(let operations) = kind else { return [0] }
        return operations.map { operation in
            let text = ScenarioName(scenario: name, operation: operation.name).text
            return names.firstIndex(of: text) ?? 0
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
