import FinMeasure
import FinTestSupport
import Testing

@testable import FinProfile
@testable import FinSimulator

@Suite("A turn's script")
struct TurnScriptTests {
    let text = AnswerText()

    func script(
        _ settings: SimulatorSettings, number: UInt64 = 1, turn: Int = 1,
        version: APIVersion = .v216
    ) -> TurnScript {
        ScriptWriter.script(
            settings: settings, text: text, number: number, turn: turn, version: version,
            fault: FaultPlan(settings).rule(number: number, turn: turn, since: .zero))
    }

    func settings(_ change: (inout SimulatorSettings) -> Void) -> SimulatorSettings {
        var settings = SimulatorSettings()
        settings.think = .fixed(100)
        settings.chunkCount = .fixed(3)
        settings.chunkInterval = .fixed(10)
        settings.replyDelay = .fixed(5)
        settings.doneDelay = .fixed(2)
        change(&settings)
        return settings
    }

    @Test("depends on seed, number and turn only, in whatever order it is drawn")
    func determinism() {
        var settings = SimulatorSettings()
        settings.seed = TestSeed.value
        settings.faults = [
            .init(.stall, share: 0.1), .init(.cut, share: 0.1), .init(.http429, share: 0.1),
        ]
        settings.outcomes = .init(resolved: 0.2, escalated: 0.2, complete: 0.1)
        settings.parts = .uniform(low: 1, high: 3)
        let forward = (1...50).map { script(settings, number: UInt64($0), turn: $0 % 4) }
        let backward = (1...50).reversed().map {
            script(settings, number: UInt64($0), turn: $0 % 4)
        }
        #expect(forward == backward.reversed(), "\(TestSeed.note)")
        settings.seed &+= 1
        let other = (1...50).map { script(settings, number: UInt64($0), turn: $0 % 4) }
        #expect(forward != other, "\(TestSeed.note)")
    }

    @Test("puts chunks, reply and done signal at the settings' distances")
    func timing() {
        let script = script(settings { _ in })
        #expect(script.steps.map(\.offset.count) == [100, 110, 120, 125, 127])
        #expect(script.steps.last?.action == .status(.awaitingUserReply))
    }

    @Test("of a slow question begins later, and is else the same")
    func slow() {
        let message = "How long does a refund take?"
        let settings = settings {
            $0.slow = [
                .init(name: "refund", extra: .fixed(1000), texts: [TextHash.words(message)])
            ]
        }
        let slow = ScriptWriter.script(
            settings: settings, text: text, number: 1, turn: 1, message: message, version: .v216)
        #expect(slow.steps.map(\.offset.count) == [1100, 1110, 1120, 1125, 1127])
        // Another message of the same turn.
        let plain = script(settings)
        #expect(plain.steps.map(\.offset.count) == [100, 110, 120, 125, 127])
        #expect(slow.steps.map(\.action) == plain.steps.map(\.action))
    }

    @Test("of an answer at once has every step at zero")
    func instant() {
        let script = script(
            settings {
                $0.think = .fixed(0)
                $0.chunkInterval = .fixed(0)
                $0.replyDelay = .fixed(0)
                $0.doneDelay = .fixed(0)
            })
        #expect(script.steps.count == 5)
        #expect(script.steps.allSatisfy { $0.offset == .zero })
    }

    @Test("never goes back in time, skips no chunk index and never shrinks the text")
    func invariants() {
        var settings = SimulatorSettings()
        settings.seed = TestSeed.value
        settings.chunkGrowth = .uniform(low: 0, high: 40)
        settings.streaming = .all
        settings.parts = .uniform(low: 1, high: 3)
        for number in 1...100 {
            let script = script(settings, number: UInt64(number))
            let offsets = script.steps.map(\.offset)
            #expect(offsets == offsets.sorted(), "\(TestSeed.note)")
            for part in script.parts.indices {
                let chunks = script.steps.compactMap { step -> (Int, Int)? in
                    guard case .chunk(part, let index, let length) = step.action else { return nil }
                    return (index, length)
                }
                #expect(chunks.map(\.0) == Array(0..<chunks.count), "\(TestSeed.note)")
                #expect(chunks.map(\.1) == chunks.map(\.1).sorted(), "\(TestSeed.note)")
                #expect(chunks.last?.1 == script.parts[part].textLength, "\(TestSeed.note)")
            }
        }
    }

    @Test("streams the parts that the settings name")
    func streaming() {
        for (streaming, streamed) in [
            (SimulatorSettings.Streaming.all, [true, true]), (.first, [true, false]),
            (.none, [false, false]),
        ] {
            let script = script(
                settings {
                    $0.parts = .fixed(2)
                    $0.streaming = streaming
                })
            #expect(script.parts.map { $0.streamID?.utf8.count == 32 } == streamed)
            #expect(Set(script.parts.map(\.messageID)).count == 2)
        }
    }

    @Test("of an unstreamed answer begins with its reply, right after thinking")
    func unstreamed() {
        let script = script(settings { $0.streaming = .none })
        #expect(script.steps.map(\.offset.count) == [100, 102])
        #expect(script.steps.first?.action == .replied(part: 0))
    }

    @Test(
        "has no done event before 2.16 but a close after 50 ms, unless the switch is on",
        arguments: [APIVersion.v214, .v215])
    func oldVersions(version: APIVersion) {
        let plain = script(settings { _ in }, version: version)
        #expect(plain.steps.last?.action == .close)
        #expect(plain.steps.last?.offset == Nanoseconds(125 + 50_000_000))
        let switched = script(settings { $0.doneEventBefore216 = true }, version: version)
        #expect(switched.steps.last?.action == .status(.awaitingUserReply))
    }

    @Test("resolves after an answer and completes")
    func resolved() {
        let script = script(settings { $0.outcomes.resolved = 1 })
        let last = script.steps.suffix(2).map(\.action)
        #expect(last == [.status(.resolved), .status(.complete)])
        #expect(script.parts.count == 1)
    }

    @Test("completes at once without an answer")
    func complete() {
        let script = script(settings { $0.outcomes.complete = 1 })
        #expect(script.steps.map(\.action) == [.status(.complete)])
        #expect(script.steps.first?.offset == Nanoseconds(100))
    }

    @Test("escalates for every documented reason, and answers only where it could not help")
    func escalated() {
        let settings = settings { $0.outcomes.escalated = 1 }
        var reasons: Set<String> = []
        for number in 1...200 {
            let script = script(settings, number: UInt64(number))
            guard let reason = script.reason else {
                Issue.record("an escalation has no reason")
                continue
            }
            reasons.insert(reason)
            let answers = reason == "Conversation finished without resolution"
            #expect(script.parts.isEmpty != answers)
            #expect(
                script.steps.suffix(2).map(\.action) == [.status(.escalated), .status(.complete)])
        }
        #expect(reasons.count == 5)
    }

    @Test("stalls after some chunks, not all, and for good")
    func stall() {
        let settings = settings {
            $0.faults = [.init(.stall, share: 1)]
            $0.chunkCount = .fixed(5)
        }
        var kept: Set<Int> = []
        for number in 1...200 { kept.insert(script(settings, number: UInt64(number)).steps.count) }
        #expect(kept == [1, 2, 3, 4])
    }

    @Test("cuts right after a chunk; the turn itself goes on")
    func cut() throws {
        let script = script(settings { $0.faults = [.init(.cut, share: 1)] })
        let index = try #require(script.steps.firstIndex { $0.action == .broken(.cut) })
        #expect((1...2).contains(index))
        #expect(script.steps[index].offset == script.steps[index - 1].offset)
        #expect(script.steps.last?.action == .status(.awaitingUserReply))
    }

    @Test(
        "has nothing to do when the POST is refused",
        arguments: [
            SimulatorSettings.Fault.http429, .http500, .http503,
        ])
    func refused(fault: SimulatorSettings.Fault) {
        let script = script(settings { $0.faults = [.init(fault, share: 1)] })
        #expect(script.fault == fault)
        #expect(script.steps.isEmpty)
    }

    @Test("has faults and outcomes as often as the shares say")
    func shares() {
        var settings = SimulatorSettings()
        settings.seed = TestSeed.value
        settings.faults = [.init(.http500, share: 0.1)]
        settings.outcomes.resolved = 0.3
        let scripts = (1...4000).map { script(settings, number: UInt64($0)) }
        let faults = scripts.count { $0.fault == .http500 }
        let resolved = scripts.count { $0.steps.contains { $0.action == .status(.resolved) } }
        // Six standard deviations of a binomial: a false alarm in a thousand million runs.
        #expect(abs(Double(faults) - 400) < 6 * 19, "\(TestSeed.note)")
        #expect(abs(Double(resolved) - 4000 * 0.3 * 0.9) < 6 * 29, "\(TestSeed.note)")
    }
}
