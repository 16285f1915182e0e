import FinMeasure
import FinProfile
import Testing

@testable import FinReport

@Suite struct CapacityTableTests {
    private func row(
        _ rate: Double, _ verdict: CapacitySearch.Verdict, held: CapacityHold? = nil
    ) -> CapacityTable.Row {
        CapacityTable.Row(
            asked: rate, got: rate - 0.25,
            p50: RankedValue(nanoseconds: 250_000_000, isLowerBound: false),
            p95: RankedValue(nanoseconds: 1_500_000_000, isLowerBound: true), p99: nil, turns: 900,
            verdict: verdict, isValid: verdict != .invalid, reason: "", held: held)
    }

    /// A search and its table: each rate comes to what `verdict` says.
    private func searched(
        most: Double? = nil, _ verdict: (Double) -> CapacitySearch.Verdict,
        held: CapacityHold? = nil, steps: Int = .max
    ) -> (CapacityTable, CapacitySearch) {
        var search = CapacitySearch(start: 10, factor: 2, most: most, resolution: 0.5)
        var table = CapacityTable(title: "chat")
        while let rate = search.next, search.steps.count < steps {
            search.take(verdict(rate))
            table.rows.append(row(rate, verdict(rate), held: held))
        }
        return (table, search)
    }

    private let inFlight = CapacityHold(limit: .maxInFlight, held: 120, due: 1000)

    @Test("each result of a run is a verdict of a step")
    func verdicts() {
        let found = Judgement.Result.allCases.map { CapacitySearch.Verdict($0) }
        #expect(found == [.pass, .fail, .undecided, .undecided, .invalid])
    }

    @Test("capacity.csv has a row for each step in their order, the table has rates ascending")
    func files() {
        var table = CapacityTable(title: "a, b")
        table.rows = [row(40, .invalid, held: inFlight), row(20, .pass), row(10.5, .undecided)]
        let lines = table.csv.split(separator: "\n")
        #expect(
            lines == [
                "schema,profile,step,rate_asked,rate_got,ttft_p50,ttft_p95,ttft_p99,unit,n,verdict,"
                    + "valid",
                "1,\"a, b\",1,40,39.75,250,1500,,ms,900,invalid,0",
                "1,\"a, b\",2,20,19.75,250,1500,,ms,900,pass,1",
                "1,\"a, b\",3,10.5,10.25,250,1500,,ms,900,undecided,1",
            ])
        let words = table.text.split(separator: "\n")
        #expect(words.count == 4)
        #expect(words[1].hasSuffix("  not enough data") && words[1].contains("10.5/s"))
        #expect(words[2].hasSuffix("900  pass") && words[2].contains(">= 1.50 s"))
        #expect(words[3].hasSuffix("  invalid: held back by load.max_in_flight"))
    }

    @Test("every finding has its sentence")
    func sentences() {
        func sentence(_ found: (CapacityTable, CapacitySearch)) -> String {
            found.0.sentence(found.1, bound: "--up-to")
        }
        #expect(
            sentence(searched { $0 <= 25 ? .pass : .fail })
                == "capacity: 20 conversations/s pass, 28.284/s fail")
        #expect(
            sentence(searched(most: 20) { _ in .pass })
                == "capacity: 20 conversations/s pass, the highest rate allowed (--up-to)")
        #expect(
            sentence(searched { _ in .fail })
                == "capacity: below 0.156 conversations/s, the lowest tried")
        #expect(
            sentence(searched { $0 <= 10 ? .pass : .undecided })
                == "no verdict at 20/s; 10 conversations/s pass so far: make --step longer")
        #expect(
            sentence(searched({ _ in .pass }, steps: 2))
                == "the search was broken off: 20 conversations/s pass so far")
    }

    @Test("what the generator could not do is never the target's capacity")
    func generatorBound() {
        let (late, lateSearch) = searched { _ in .invalid }
        #expect(
            late.sentence(lateSearch, bound: "")
                == "generator-bound: no rate passes; at 0.156/s finbench itself was late, so the "
                + "target may take more: use a faster machine, or more of them")
        let (bounded, boundedSearch) = searched { $0 < 10 ? .invalid : .fail }
        #expect(
            bounded.sentence(boundedSearch, bound: "")
                .contains("the target may take more, but not 10/s: use a faster machine"))
        let (held, heldSearch) = searched({ $0 <= 10 ? .pass : .invalid }, held: inFlight)
        #expect(
            held.sentence(heldSearch, bound: "")
                == "generator-bound: 10 conversations/s pass; at 14.142/s load.max_in_flight held "
                + "back 12 % of the starts, so the target may take more: raise load.max_in_flight")
    }

    // MARK: - starts that were held back

    private func outcome(
        _ outcome: Outcome, _ count: UInt64, _ cause: OutcomeCause = .none, phase: Phase = .main,
        turn: TurnClass = .first
    ) -> OutcomeRow {
        OutcomeRow(
            scenario: "chat", phase: phase, turn: turn, start: .zero, length: .seconds(3),
            outcome: outcome, detail: cause.rawValue, count: count)
    }

    private func hold(
        _ outcomes: [OutcomeRow], slow: UInt64? = nil, isFileBound: Bool = false,
        slo: SLO = SLO(text: "error_rate < 5%", subject: .errorRate(below: 0.05)),
        calls: [String]? = nil
    ) throws -> CapacityHold? {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(to: directory.path)
        var record = try RecordReader.read(directory: directory.path)
        record.outcomes = outcomes
        record.document.calls = calls
        let n = outcomes.reduce(0) { $0 + ($1.phase == .main ? $1.count : 0) }
        let judgement = SLOTest(slo, confidence: 0.99)
            .judge(n: n, slow: slow ?? 0, cut: 0, dispersion: 1)
        return CapacityHold(
            record, [SLOResult(slo: slo, value: nil, judgement: judgement)],
            isFileBound: isFileBound)
    }

    @Test("more than a hundredth held back by a limit of ours is a hold, named by the limit")
    func holds() throws {
        let few = [outcome(.done, 990), outcome(.blocked, 10, .maxInFlight)]
        #expect(try hold(few) == nil)
        let many = [outcome(.done, 880), outcome(.blocked, 120, .maxInFlight)]
        #expect(try hold(many, slow: 120) == inFlight)
        #expect(try hold(many, isFileBound: true)?.name == "the open-file limit")
        #expect(try hold(many, isFileBound: true)?.advice.contains("ulimit -n") == true)
        let users = many + [outcome(.blocked, 200, .userLimit)]
        #expect(try hold(users)?.name == "safety.max_per_user")
        #expect(try hold(users)?.held == 320)
    }

    @Test("warm-up, later turns and the circuit breaker make no hold")
    func noHolds() throws {
        #expect(
            try hold([
                outcome(.done, 900), outcome(.blocked, 100, .circuitBreaker),
                outcome(.blocked, 100, .rateLimitFloor),
                outcome(.blocked, 500, .maxInFlight, phase: .warmup),
                outcome(.done, 9, turn: .later),
            ]) == nil)
        #expect(try hold([]) == nil)
    }

    @Test("held starts are taken from the objectives that count them, and from no other")
    func objectives() throws {
        func slo(_ metric: Metric) -> SLO {
            SLO(
                text: "\(metric.rawValue) p95 < 500ms",
                subject: .percentile(
                    metric, .planned, percentile: 95, below: .milliseconds(500)))
        }
        let outcomes = [outcome(.done, 1000), outcome(.blocked, 200, .maxInFlight)]
        // The 150 are slow by the target: a start that was held back has no such part.
        #expect(try hold(outcomes, slow: 150, slo: slo(.accept)) == nil)
        #expect(try hold(outcomes, slow: 200, slo: slo(.ttft)) != nil)
        #expect(try hold(outcomes, slow: 200, slo: slo(.opLatency), calls: ["chat"]) != nil)
        #expect(try hold(outcomes, slow: 200, slo: slo(.ttft), calls: ["chat"]) == nil)
    }

    @Test("a target that misses its objective without the held starts as well has failed")
    func overloaded() throws {
        let outcomes = [
            outcome(.done, 600), outcome(.timeout, 200), outcome(.blocked, 200, .maxInFlight),
        ]
        #expect(try hold(outcomes, slow: 400) == nil)
        #expect(try hold(outcomes, slow: 210) != nil)
    }

    // MARK: - a step's record

    @Test("a finished run is a row; one that held starts back is invalid, an aborted one fails")
    func steps() throws {
        let directory = try TemporaryDirectory()
        var turns = SyntheticRun.turns()
        try SyntheticRun.write(to: directory.path, turns: turns)
        var conclusion = try Report.finish(directory: directory.path, slos: SyntheticRun.slos)
        conclusion.judgement.result = .pass
        var table = CapacityTable(title: "chat")
        let plain = try table.add(rate: 2, directory: directory.path, conclusion: conclusion)
        let aborted = try table.add(
            rate: 4, directory: directory.path, conclusion: conclusion, isAborted: true)
        #expect(plain == .pass && aborted == .fail)
        #expect(table.rows.map(\.asked) == [2, 4])
        #expect(table.rows[0].got == 2 && table.rows[0].isValid)
        #expect(table.rows[0].p50 != nil && table.rows[0].turns == 11)
        turns[0].outcome = .blocked
        turns[0].detail = OutcomeDetail(cause: .maxInFlight)
        let other = try TemporaryDirectory()
        try SyntheticRun.write(to: other.path, turns: turns)
        conclusion = try Report.finish(directory: other.path, slos: SyntheticRun.slos)
        let held = try table.add(rate: 8, directory: other.path, conclusion: conclusion)
        #expect(held == .invalid && !table.rows[2].isValid)
        #expect(table.rows[2].reason.hasSuffix(": raise load.max_in_flight"))
        try table.write(to: other.path)
        #expect(other.names.contains("capacity.csv") && other.names.contains("capacity.svg"))
        #expect(try other.text("capacity.csv") == table.csv)
    }
}
