internal import FinMeasure
internal import FinProfile

/// Draws a turn's script.
///
///     think | chunk (interval chunk)* replyDelay replied | next part … | doneDelay done
///
/// An execution of the data connector stands before the first part or after the last one, and takes
/// the time that its endpoint takes.
struct ScriptWriter {
    private let settings: SimulatorSettings
    private let text: AnswerText
    private var pace: SeededGenerator
    private var identifiers: SeededGenerator
    private var words: SeededGenerator
    private var script = TurnScript()
    private var now = Nanoseconds.zero
    /// Where the turn calls the data connector; nil where it does not.
    private var execution: SimulatorSettings.Connectors.Place?

    // Bounds on what a profile may ask of one turn.
    private static let partLimit = 100
    private static let chunkLimit = 10_000
    private static let textLimit = 1 << 20  // 1 MiB

    /// The script of turn `turn` (from 1) of conversation `number`, with a fault or without.
    ///
    /// - Parameters:
    ///   - message: what was asked; some questions take longer.
    ///   - ending: how it ends where the call decides that; else it is drawn.
    static func script(
        settings: SimulatorSettings, text: AnswerText, number: UInt64, turn: Int,
        message: String = "", version: APIVersion, ending: Ending? = nil,
        fault rule: SimulatorSettings.FaultRule? = nil
    ) -> TurnScript {
        func draws(_ stream: SeededGenerator.Stream) -> SeededGenerator {
            SeededGenerator(
                seed: settings.seed, stream: stream, index: number, subindex: UInt64(turn))
        }
        var think = draws(.serverThink)
        var writer = ScriptWriter(
            settings: settings, text: text, pace: draws(.serverChunks),
            identifiers: draws(.serverIdentifier), words: draws(.serverText))
        writer.now = span(settings.think, &think)
        if let extra = settings.extra(for: message) {
            writer.now = writer.now + span(extra, &think)
        }
        var outcome = draws(.serverOutcome)
        let drawn = drawEnding(settings.outcomes, &outcome)
        if let connectors = settings.connectors {
            var execution = draws(.serverConnector)
            if execution.unit() < connectors.share { writer.execution = connectors.place }
        }
        writer.write(ending ?? drawn, version)
        if outcome.unit() < settings.csat { writer.writeSurvey() }
        if let rule {
            var fault = draws(.serverFault)
            _ = fault.next()  // the plan's own draw
            writer.script.inject(rule, version, using: &fault)
        }
        if let hitl = settings.hitl, (ending ?? drawn).hasAnswer {
            var human = draws(.serverHITL)
            if human.unit() < hitl.share {
                for _ in 0..<hitl.questions {
                    writer.script.pause(resumingAfter: span(hitl.resumeDelay, &human))
                }
            }
        }
        return writer.script
    }

    private init(
        settings: SimulatorSettings, text: AnswerText, pace: SeededGenerator,
        identifiers: SeededGenerator, words: SeededGenerator
    ) {
        self.settings = settings
        self.text = text
        self.pace = pace
        self.identifiers = identifiers
        self.words = words
    }

    private mutating func write(_ ending: Ending, _ version: APIVersion) {
        if ending.hasAnswer {
            if execution == .beforeAnswer { add(.execution) }
            writeAnswer()
            if execution == .afterAnswer { add(.execution) }
        }
        switch ending {
        case .awaiting:
            writeAwaiting(version)
        case .resolved:
            writeStatus(.resolved, afterAnswer: true)
            writeStatus(.complete, afterAnswer: true)
        case .escalated(let reason), .escalatedAfterAnswer(let reason):
            script.reason = reason
            writeStatus(.escalated, afterAnswer: ending.hasAnswer)
            writeStatus(.complete, afterAnswer: true)
        case .complete, .answered:
            writeStatus(.complete, afterAnswer: ending.hasAnswer)
        }
    }

    private mutating func writeAnswer() {
        let count = min(max(1, settings.parts.drawCount(using: &pace)), ScriptWriter.partLimit)
        for index in 0..<count {
            switch settings.streaming {
            case .all: writeStreamedPart(index)
            case .first where index == 0: writeStreamedPart(index)
            case .first, .none: writeWholePart(index)
            }
        }
    }

    private mutating func writeStreamedPart(_ part: Int) {
        if part > 0 { wait(settings.chunkInterval) }
        let start = drawStart()
        let limit = ScriptWriter.chunkLimit
        let count = min(max(1, settings.chunkCount.drawCount(using: &pace)), limit)
        var grown = 0
        var length = 0
        for index in 0..<count {
            if index > 0 { wait(settings.chunkInterval) }
            grown += max(0, settings.chunkGrowth.drawCount(using: &pace))
            grown = min(max(grown, 1), ScriptWriter.textLimit)
            length = text.wholeLength(from: start, atMost: grown)
            add(.chunk(part: part, index: index, length: length))
        }
        let streamID = JSONText.hex(identifiers.next()) + JSONText.hex(identifiers.next())
        finishPart(part, start: start, length: length, streamID: streamID)
    }

    private mutating func writeWholePart(_ part: Int) {
        let start = drawStart()
        let length = text.wholeLength(from: start, atMost: 40 + Int(words.next() % 200))
        // The first thing a turn shows comes after `think`, and nothing else.
        finishPart(part, start: start, length: length, streamID: nil, waits: part > 0)
    }

    private mutating func finishPart(
        _ part: Int, start: Int, length: Int, streamID: String?, waits: Bool = true
    ) {
        if waits { wait(settings.replyDelay) }
        script.parts.append(
            TurnScript.Part(
                textStart: start, textLength: length, streamID: streamID,
                messageID: "m-" + JSONText.hex(identifiers.next())))
        add(.replied(part: part))
    }

    private mutating func writeAwaiting(_ version: APIVersion) {
        if version.hasDoneEvent || settings.doneEventBefore216 {
            writeStatus(.awaitingUserReply, afterAnswer: true)
        } else {
            now = now + .milliseconds(50)
            add(.close)
        }
    }

    private mutating func writeStatus(_ status: FinStatus, afterAnswer: Bool) {
        if afterAnswer { wait(settings.doneDelay) }
        add(.status(status))
    }

    /// A survey follows what is complete, and nothing else.
    private mutating func writeSurvey() {
        guard script.steps.last?.action == .status(.complete) else { return }
        script.hasSurvey = true
        wait(settings.doneDelay)
        add(.survey)
    }

    private mutating func drawStart() -> Int {
        text.wordStarts[Int(words.next() % UInt64(text.wordStarts.count))]
    }

    private mutating func add(_ action: TurnScript.Action) {
        script.steps.append(TurnScript.Step(offset: now, action: action))
    }

    /// Moves on by a drawn span.
    private mutating func wait(_ distribution: Distribution) {
        now = now + span(distribution, &pace)
    }
}

/// A drawn span, none below zero; one above an hour counts as an hour.
private func span(
    _ distribution: Distribution, _ generator: inout SeededGenerator
) -> Nanoseconds {
    let drawn = distribution.draw(using: &generator)
    return Nanoseconds(Int64(min(max(0, drawn), 3.6e12).rounded()))
}

/// Which of the shares the draw falls into; what is left of 1 awaits the user.
private func drawEnding(
    _ shares: SimulatorSettings.OutcomeShares, _ generator: inout SeededGenerator
) -> Ending {
    let share = generator.unit()
    if share < shares.escalated {
        let index = Int(generator.next() % UInt64(Ending.escalations.count))
        return Ending.escalations[index]
    }
    if share < shares.escalated + shares.resolved { return .resolved }
    if share < shares.escalated + shares.resolved + shares.complete { return .complete }
    return .awaiting
}
