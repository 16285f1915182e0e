import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@testable import FinSimulator

@Suite("A spoilt script")
struct FaultScriptTests {
    typealias Fault = SimulatorSettings.Fault

    /// Scripts of many turns with one fault, beside the same turns without it.
    func pairs(
        _ fault: Fault, version: APIVersion = .v216,
        _ change: (inout SimulatorSettings) -> Void = { _ in }
    ) -> [(spoilt: TurnScript, sound: TurnScript)] {
        var settings = SimulatorSettings()
        settings.seed = TestSeed.value
        settings.chunkCount = .uniform(low: 1, high: 6)
        settings.parts = .uniform(low: 1, high: 2)
        change(&settings)
        let text = AnswerText()
        return (1...100 as ClosedRange<UInt64>).map { number in
            func script(_ rule: SimulatorSettings.FaultRule?) -> TurnScript {
                ScriptWriter.script(
                    settings: settings, text: text, number: number, turn: 1, version: version,
                    fault: rule)
            }
            return (script(.init(fault, share: 1)), script(nil))
        }
    }

    /// The chunk indices of the first part.
    func indices(_ script: TurnScript) -> [Int] {
        script.steps.compactMap { step in
            guard case .chunk(0, let index, _) = step.action else { return nil }
            return index
        }
    }

    /// The one step that a fault has added; nil when the scripts differ otherwise.
    func added(_ pair: (spoilt: TurnScript, sound: TurnScript)) -> Int? {
        let place = pair.spoilt.steps.indices.first { index in
            index >= pair.sound.steps.count || pair.spoilt.steps[index] != pair.sound.steps[index]
        }
        guard let place else { return nil }
        var steps = pair.spoilt.steps
        steps.remove(at: place)
        return steps == pair.sound.steps ? place : nil
    }

    @Test("keeps every step in time's order", arguments: Fault.allCases)
    func order(fault: Fault) {
        for pair in pairs(fault) {
            let offsets = pair.spoilt.steps.map(\.offset)
            #expect(offsets == offsets.sorted(), "\(TestSeed.note)")
            #expect(pair.spoilt.fault == fault, "\(TestSeed.note)")
        }
    }

    @Test(
        "changes nothing that is said where only the writing is unusual",
        arguments: [Fault.splitBytes, .crlf, .cr, .bom, .multiLine, .slowHeaders, .tokenExpiry])
    func sound(fault: Fault) {
        for pair in pairs(fault) { #expect(pair.spoilt.steps == pair.sound.steps) }
    }

    @Test(
        "has one event more than it should",
        arguments: [
            (Fault.malformedJSON, TurnScript.Action.oddity(.malformed)),
            (.unknownEvent, .oddity(.unknown)), (.hugeEvent, .oddity(.padded(2_097_152))),
            (.largeEvent, .oddity(.padded(524_288))), (.cut, .broken(.cut)),
            (.reset, .broken(.reset)), (.tokenError, .broken(.tokenError)),
        ])
    func oddity(fault: Fault, action: TurnScript.Action) throws {
        for pair in pairs(fault) {
            let place = try #require(added(pair), "\(TestSeed.note)")
            #expect(pair.spoilt.steps[place].action == action, "\(TestSeed.note)")
        }
    }

    @Test("says one reply twice")
    func duplicateReply() throws {
        for pair in pairs(.duplicateReply) {
            let place = try #require(added(pair), "\(TestSeed.note)")
            let step = pair.spoilt.steps[place - 1]
            #expect(
                pair.spoilt.steps[place].action == step.action && step.action == .replied(part: 0))
        }
    }

    @Test("skips exactly one index")
    func indexGap() {
        for pair in pairs(.indexGap) {
            let found = indices(pair.spoilt)
            let gaps = zip(found, found.dropFirst()).filter { $1 > $0 + 1 }
            #expect(found.first == 0 && gaps.count == 1, "\(found) \(TestSeed.note)")
            #expect(Set(found).count == found.count, "\(TestSeed.note)")
        }
    }

    @Test("adds a chunk right behind its reply")
    func lateChunk() throws {
        for pair in pairs(.lateChunk) {
            let place = try #require(added(pair), "\(TestSeed.note)")
            #expect(pair.spoilt.steps[place - 1].action == .replied(part: 0))
            let found = indices(pair.spoilt)
            #expect(found == Array(0..<found.count), "\(TestSeed.note)")
        }
    }

    @Test("ends without a done signal, however the turn would have ended")
    func missingDone() {
        let all = pairs(.missingDone) {
            $0.outcomes = .init(resolved: 0.3, escalated: 0.3, complete: 0.3)
            $0.csat = 0.5
        }
        for pair in all {
            let statuses = pair.spoilt.steps.filter {
                if case .status = $0.action { true } else { $0.action == .survey }
            }
            #expect(statuses.isEmpty && pair.spoilt.steps.last?.action == .close)
        }
    }

    @Test("leaves a turn alone that has no place for the fault")
    func noPlace() {
        let escalated: (inout SimulatorSettings) -> Void = { $0.outcomes.complete = 1 }
        for fault in [Fault.duplicateReply, .indexGap, .lateChunk] {
            let found = pairs(fault, escalated)
            #expect(found.allSatisfy { $0.spoilt == $0.sound && $0.spoilt.fault == nil })
        }
        let unstreamed = pairs(.lateChunk) { $0.streaming = .none }
        #expect(unstreamed.allSatisfy { $0.spoilt == $0.sound })
        let old = pairs(.missingDone, version: .v214) { $0.outcomes.resolved = 0.5 }
        #expect(old.allSatisfy { $0.spoilt == $0.sound })
    }

    @Test("a survey follows what is complete, as often as its share says, and nothing else")
    func survey() {
        let all = pairs(.crlf) {
            $0.outcomes = .init(resolved: 0.5)
            $0.csat = 0.5
        }.map(\.sound)
        let complete = all.filter { $0.steps.contains { $0.action == .status(.complete) } }
        let asked = all.filter { $0.steps.last?.action == .survey }
        #expect(!asked.isEmpty && asked.count < complete.count, "\(TestSeed.note)")
        #expect(asked.allSatisfy { $0.steps.dropLast().last?.action == .status(.complete) })
        #expect(asked.allSatisfy { $0.hasSurvey && !$0.isLast(.status(.complete)) })
        #expect(all.count { $0.hasSurvey } == asked.count)
    }
}
