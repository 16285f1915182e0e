import FinMeasure
import FinTestSupport
import Testing

@testable import FinDrive

@Suite("A walk through a scenario with synchronisations")
struct SyncWalkTests {
    /// A token, a synchronisation of three calls, a notification, another one of two.
    private let steps = SyncSteps(
        parts: [.token, .sync, .sync, .sync, .other, .sync, .sync], retries: 5)

    private func walk(_ events: [SyncWalk.Event]) -> (SyncWalk, [SyncWalk.Action]) {
        var walk = SyncWalk()
        let actions = events.map { walk.take($0, steps) }
        return (walk, actions)
    }

    private func ok(_ count: Int) -> [SyncWalk.Event] { Array(repeating: .succeeded, count: count) }

    @Test("goes from step to step and finishes behind the last")
    func straight() {
        let (walk, actions) = walk(ok(7))
        #expect(walk.step == 7)
        #expect(actions == Array(repeating: .goOn, count: 6) + [.finish])
    }

    @Test("fetches a token after 401 and 403, makes the call once more, and only once")
    func refresh() {
        for status in [UInt16(401), 403] {
            let (walk, actions) = walk(ok(2) + [.refused(status: status), .succeeded])
            #expect(walk.step == 3)
            #expect(actions.suffix(2) == [.callNow, .callNow])
            let (again, more) = self.walk(
                ok(2) + [.refused(status: status), .succeeded, .refused(status: status)])
            // The second refusal is a failure like any other: the synchronisation anew.
            #expect(again.step == 2 && more.last == .tryAgain && again.retryCount == 1)
        }
    }

    @Test("begins a failed synchronisation at its own first call, five times")
    func retries() {
        for event in [SyncWalk.Event.failed, .refused(status: 500), .refused(status: 429)] {
            var (walk, _) = walk(ok(6))
            #expect(walk.step == 7)
            for count in 1...5 {
                #expect(walk.take(event, steps) == .tryAgain)
                #expect(walk.step == 6 && walk.retryCount == count)
                if count < 5 { #expect(walk.take(.succeeded, steps) == .goOn) }
            }
            #expect(walk.take(event, steps) == .finish)
        }
    }

    @Test("gives every synchronisation its own retries")
    func ownRetries() {
        let (walk, actions) = walk(ok(3) + [.failed] + ok(3) + ok(1))
        #expect(actions[3] == .tryAgain)
        #expect(walk.step == 6 && walk.retryCount == 0)
    }

    @Test("a failed fetch of a token fails the synchronisation that asked for it")
    func tokenFails() {
        let (walk, actions) = walk(ok(6) + [.refused(status: 401), .failed])
        #expect(actions.last == .tryAgain && walk.step == 6)
        let (first, beginning) = self.walk([.failed])
        #expect(beginning == [.tryAgain] && first.step == 1)
    }

    @Test("ends where anything else fails, and where we cut it")
    func ends() {
        #expect(walk(ok(4) + [.refused(status: 500)]).1.last == .finish)
        #expect(walk(ok(4) + [.failed]).1.last == .finish)
        #expect(walk(ok(2) + [.cut]).1.last == .finish)
    }

    @Test("whatever happens, it ends within its retries, and a good end has made every call")
    func property() {
        for index in 0..<2000 {
            var generator = TestSeed.generator(index)
            let parts = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                [SyncSteps.Part.sync, .sync, .token, .other].randomElement(using: &generator)
                    ?? .sync
            }
            let steps = SyncSteps(parts: parts, retries: Int.random(in: 0...5, using: &generator))
            var walk = SyncWalk()
            var made: Set<Int> = []
            var calls = 0
            var end: SyncWalk.Event?
            while end == nil {
                calls += 1
                let draw = generator.unit()
                let event: SyncWalk.Event =
                    draw < 0.7
                    ? .succeeded
                    : draw < 0.8 ? .refused(status: 401) : draw < 0.9 ? .failed : .cut
                let step = walk.step
                if event == .succeeded { made.insert(step) }
                if walk.take(event, steps) == .finish { end = event }
                #expect((1...parts.count).contains(walk.step), "\(TestSeed.note)")
                #expect(walk.retryCount <= steps.retries, "\(TestSeed.note)")
                // Each try makes every call twice at the most, with a token between.
                if calls > 3 * parts.count * (steps.retries + 1) * parts.count {
                    Issue.record("no end after \(calls) calls, \(TestSeed.note)")
                    return
                }
            }
            if end == .succeeded {
                #expect(made == Set(1...parts.count), "\(TestSeed.note)")
            }
        }
    }
}
