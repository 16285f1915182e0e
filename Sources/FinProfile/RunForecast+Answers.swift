import FinMeasure

/// How long the answers of a rehearsal take.
///
/// Those of the embedded simulator are drawn as it draws them: the same streams, the first draws
/// of each. Its faults are left out: they are no part of a forecast.
struct AnswerTimes {
    /// One turn of the rehearsal.
    struct Answer {
        /// When it is over, since the run's zero, nanoseconds.
        var end: Int64
        /// Whether the user may go on.
        var isOpenEnded: Bool
    }

    /// What is assumed, for people.
    let words: String
    private let simulator: SimulatorSettings?
    private let fixed: Int64
    private let timeout: Int64
    private let firstRequest: Int64

    /// Ten seconds: what a reader takes for an answer of forty chunks.
    private static let assumed = Nanoseconds.seconds(10)

    init(_ plan: RunPlan) {
        let profile = plan.profile
        let operations =
            plan.scenarios.contains(where: \.hasOperations) ? "; operations as long as answers" : ""
        timeout = profile.conversation.timeouts.turn.count
        firstRequest = plan.arrivals.first ?? 0
        if profile.target == nil {
            simulator = profile.simulator
            fixed = 0
            words =
                "answers take as long as the simulator draws them, its faults left out"
                + operations
        } else if let limit = AnswerTimes.objective(profile.slo) {
            simulator = nil
            fixed = limit.count
            words =
                "every answer takes the turn_time of the slo, \(Figure.seconds(limit.seconds))"
                + operations
        } else {
            simulator = nil
            fixed = AnswerTimes.assumed.count
            words =
                "every answer takes \(Figure.seconds(AnswerTimes.assumed.seconds)), as no slo names "
                + "a turn_time" + operations
        }
    }

    /// The longest turn that an SLO allows.
    private static func objective(_ slos: [SLO]) -> Nanoseconds? {
        slos.compactMap { slo in
            guard case .percentile(.turnTime, _, _, let limit) = slo.subject else { return nil }
            return limit
        }.max()
    }

    /// The answer to a turn that is sent at an instant.
    func answer(conversation: UInt64, turn: Int, sent: Int64) -> Answer {
        let deadline = sent + timeout
        guard let simulator else {
            return Answer(end: min(sent + fixed, deadline), isOpenEnded: fixed < timeout)
        }
        let begun = thawed(sent)
        let end = thawed(begun + length(simulator, conversation, turn))
        if end >= deadline { return Answer(end: deadline, isOpenEnded: false) }
        return Answer(end: end, isOpenEnded: isOpenEnded(simulator, conversation, turn))
    }

    /// Think time, chunks, the reply and the done signal of every part, added up.
    private func length(
        _ settings: SimulatorSettings, _ conversation: UInt64, _ turn: Int
    ) -> Int64 {
        func draws(_ stream: SeededGenerator.Stream) -> SeededGenerator {
            SeededGenerator(
                seed: settings.seed, stream: stream, index: conversation, subindex: UInt64(turn))
        }
        var (think, pace) = (draws(.serverThink), draws(.serverChunks))
        var length = settings.think.draw(using: &think) + settings.doneDelay.mean
        let parts = max(1, settings.parts.drawCount(using: &pace))
        length += Double(parts) * settings.replyDelay.mean
        let streamed =
            switch settings.streaming {
            case .all: parts
            case .first: 1
            case .none: 0
            }
        for part in 0..<streamed {
            let chunks = max(1, settings.chunkCount.drawCount(using: &pace))
            length += Double(part > 0 ? chunks : chunks - 1) * settings.chunkInterval.mean
        }
        return Int64(min(max(0, length), 3.6e12))
    }

    /// Whether the turn ends in `awaiting_user_reply`.
    private func isOpenEnded(
        _ settings: SimulatorSettings, _ conversation: UInt64, _ turn: Int
    ) -> Bool {
        let shares = settings.outcomes
        let ending = shares.escalated + shares.resolved + shares.complete
        if ending <= 0 { return true }
        var outcome = SeededGenerator(
            seed: settings.seed, stream: .serverOutcome, index: conversation,
            subindex: UInt64(turn))
        return outcome.unit() >= ending
    }

    /// The instant itself, or the end of the freeze that it falls in.
    private func thawed(_ instant: Int64) -> Int64 {
        (simulator?.freezes ?? []).reduce(instant) { instant, freeze in
            let start = firstRequest + Int64(freeze.at)
            let end = start + Int64(freeze.length)
            return instant >= start && instant < end ? end : instant
        }
    }
}
