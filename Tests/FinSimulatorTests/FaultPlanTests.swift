import FinMeasure
import FinProfile
import FinTestSupport
import Testing

@testable import FinSimulator

@Suite("The plan of faults")
struct FaultPlanTests {
    typealias Rule = SimulatorSettings.FaultRule

    func plan(_ rules: [Rule], seed: UInt64 = TestSeed.value) -> FaultPlan {
        var settings = SimulatorSettings()
        settings.seed = seed
        settings.faults = rules
        return FaultPlan(settings)
    }

    /// The faults of the first turns of so many conversations.
    func faults(
        _ plan: FaultPlan, _ count: UInt64 = 4000, since: Nanoseconds = .zero
    ) -> [SimulatorSettings.Fault?] {
        (0..<count).map { plan.rule(number: $0, turn: 1, since: since)?.fault }
    }

    @Test("gives the same turns the same faults, in whatever order the profile lists them")
    func sameSeed() {
        let rules = SimulatorSettings.Fault.allCases.map { Rule($0, share: 0.04) }
        let found = faults(plan(rules))
        #expect(found == faults(plan(rules.shuffled())), "\(TestSeed.note)")
        #expect(found != faults(plan(rules, seed: TestSeed.value &+ 1)), "\(TestSeed.note)")
        let counts = found.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        for fault in SimulatorSettings.Fault.allCases {
            // Six standard deviations of Binomial(4000, 0.04).
            #expect(abs((counts[fault] ?? 0) - 160) < 75, "\(fault) \(TestSeed.note)")
        }
    }

    @Test("uses shares up: at 100 % no turn is left alone")
    func whole() {
        let found = faults(plan([Rule(.cut, share: 0.5), Rule(.crlf, share: 0.5)]))
        #expect(!found.contains(nil), "\(TestSeed.note)")
    }

    @Test("keeps to a window, and moves no other fault when it opens")
    func window() {
        let always = [Rule(.cut, share: 0.1), Rule(.unknownEvent, share: 0.1)]
        let window = Rule(.stall, .share(0.5, window: .init(start: 1e9, end: 3e9)))
        let spoilt = plan(always + [window])
        let quiet = faults(spoilt)
        #expect(quiet == faults(plan(always)), "\(TestSeed.note)")
        for (since, isOpen) in [
            (999_999_999, false), (1_000_000_000, true), (3_000_000_000, false),
        ] {
            let found = faults(spoilt, since: Nanoseconds(Int64(since)))
            #expect(found.contains(.stall) == isOpen, "\(since) \(TestSeed.note)")
            let others = zip(quiet, found).filter { $0 != nil && $0 != $1 }
            #expect(others.isEmpty, "\(since) \(TestSeed.note)")
        }
    }

    @Test("gives chosen conversations exactly theirs, whatever the draw would have been")
    func chosen() {
        let plan = plan([
            Rule(.cut, share: 1), Rule(.reset, .chosen([3, 17], turn: 2)),
            Rule(.bom, .chosen([5], turn: nil)),
        ])
        func fault(_ number: UInt64, _ turn: Int) -> SimulatorSettings.Fault? {
            plan.rule(number: number, turn: turn, since: .zero)?.fault
        }
        #expect((1...3).map { fault(3, $0) } == [.cut, .reset, .cut])
        #expect((1...3).map { fault(17, $0) } == [.cut, .reset, .cut])
        #expect((1...3).map { fault(5, $0) } == [.bom, .bom, .bom])
        #expect((1...3).map { fault(4, $0) } == [.cut, .cut, .cut])
    }

    @Test("spoils no stream where there is none")
    func noStream() {
        var settings = SimulatorSettings()
        settings.omitsStreamURL = true
        settings.faults = [Rule(.cut, share: 0.5), Rule(.http503, share: 0.5)]
        let found = Set(faults(FaultPlan(settings)))
        #expect(found == [nil, .http503])
    }
}
