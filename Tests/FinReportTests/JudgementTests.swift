import FinMeasure
import FinProfile
import FinTestThreads
import Testing

@testable import FinReport

@Suite(.heavy) struct JudgementTests {
    /// A run of 120 s at 20 turns/s; every `slowEvery`-th turn takes 3 s, the rest 0.2 s.
    private func record(
        slowEvery: Int = .max, failEvery: Int = .max, scheduleLag: Nanoseconds = .microseconds(20),
        pause: ClosedRange<Int>? = nil, hasTurns: Bool = false
    ) throws -> (RunRecord, TemporaryDirectory) {
        let directory = try TemporaryDirectory()
        let document = SyntheticRun.document(intervalSeconds: 3, lengthSeconds: 120)
        let turns = (0..<2400).map { number -> TurnRecord in
            var turn = SyntheticRun.turn(0, 1)
            let second = number / 20
            let isSlow =
                number % slowEvery == slowEvery - 1 || pause.map { $0.contains(second) } ?? false
            turn.conversation = UInt64(number)
            turn.planned = Instant(nanoseconds: SyntheticRun.zero + UInt64(number) * 50_000_000)
            turn.sent = turn.planned + scheduleLag
            turn.firstChunk = turn.planned + (isSlow ? .seconds(3) : .milliseconds(200))
            turn.firstReplied = turn.firstChunk
            turn.done = turn.firstChunk
            turn.ended = turn.firstChunk ?? turn.planned
            if number % failEvery == failEvery - 1 { turn.outcome = .httpError }
            return turn
        }
        try SyntheticRun.write(
            to: directory.path, turns: turns, document: document, writesTurns: hasTurns,
            metrics: [])
        var record = try RecordReader.read(directory: directory.path)
        for (key, anchor) in [(Metric.ttft, Anchor.planned), (.scheduleLag, .none)] {
            record.intervals += intervals(turns, key, anchor)
        }
        return (record, directory)
    }

    /// What the histogram log would hold, without the dense histograms, which are slow to read
    /// out in a debug build.
    private func intervals(
        _ turns: [TurnRecord], _ metric: Metric, _ anchor: Anchor
    ) -> [RunRecord.SeriesInterval] {
        let zero = Instant(nanoseconds: SyntheticRun.zero)
        let groups = Dictionary(grouping: turns) { ($0.ended - zero).count / 3_000_000_000 }
        return groups.sorted { $0.key < $1.key }.map { index, turns in
            RunRecord.SeriesInterval(
                start: .seconds(index * 3), length: .seconds(3),
                series: Series(
                    metric: metric, anchor: anchor, scenario: "chat", phase: .main, turn: .first),
                counts: counts(turns.map { $0.observe(metric, from: anchor) }, metric))
        }
    }

    private func counts(_ observations: [Observation], _ metric: Metric) -> SeriesCounts {
        let layout = HistogramLayout(metric: metric)
        var slots: [Int: UInt64] = [:]
        var censored: UInt64 = 0
        for observation in observations {
            switch observation {
            case .measured(let span): slots[layout.index(of: UInt64(span.count)), default: 0] += 1
            default: censored += 1
            }
        }
        let sorted = slots.sorted { $0.key < $1.key }
        var counts = SeriesCounts(
            layout: layout, slots: sorted.map { SeriesCounts.Slot(index: $0, count: $1) })
        counts.censored = censored
        return counts
    }

    private func judge(_ record: RunRecord, _ slos: [SLO]) throws -> Judgement {
        try Judgement(record, Rollup(record), slos: slos)
    }

    private func ttft(_ percentile: Double, _ limit: Nanoseconds) -> SLO {
        SLO(
            text: "ttft",
            subject: .percentile(.ttft, .planned, percentile: percentile, below: limit))
    }

    @Test("a fast run passes, a slow one fails, one at the limit decides nothing")
    func verdicts() throws {
        let (fast, first) = try record()
        let (slow, second) = try record(slowEvery: 10)
        #expect(try judge(fast, [ttft(99, .seconds(1))]).result == .pass)
        #expect(try judge(slow, [ttft(99, .seconds(1))]).result == .fail)
        #expect(try judge(slow, [ttft(90, .seconds(1))]).result == .notEnoughData)
        let passed = try judge(slow, [ttft(50, .seconds(1))])
        #expect(passed.result == .pass)
        #expect(passed.result.exitStatus == 0)
        withExtendedLifetime((first, second)) {}
    }

    @Test("one failed SLO outweighs one without enough data, whatever their order")
    func precedence() throws {
        let (slow, directory) = try record(slowEvery: 10)
        let slos = [ttft(90, .seconds(1)), ttft(99, .seconds(1)), ttft(50, .seconds(1))]
        let found = try judge(slow, slos)
        #expect(found.result == .fail)
        #expect(found.result.exitStatus == 1)
        #expect(found.reasons.first?.contains("fail") == true)
        #expect(try judge(slow, [slos[2], slos[0]]).result.exitStatus == 2)
        withExtendedLifetime(directory) {}
    }

    @Test("turns that were cut are slow ones for a pass, in one bunch, and none for a fail")
    func cutTurns() throws {
        let (fast, first) = try record()
        let (slow, second) = try record(slowEvery: 10)
        func judged(_ record: RunRecord, cut: UInt64, _ slo: SLO) throws -> SLOJudgement {
            var record = record
            let last = try #require(record.intervals.lastIndex { $0.series.metric == .ttft })
            record.intervals[last].counts.cut = cut
            return try judge(record, [slo]).slos[0].judgement
        }
        let limit = ttft(95, .seconds(1))
        #expect(try judged(fast, cut: 2, limit).verdict == .pass)
        // Fewer than the slow ones that 2400 turns may have, were they spread out.
        let bunch = try judged(fast, cut: 60, limit)
        #expect(bunch.verdict == .notEnoughData && (bunch.allowed ?? 0) > 60)
        #expect(bunch.reason.contains("60 more were cut"))
        #expect(try judged(slow, cut: 60, ttft(95, .seconds(1))).verdict == .fail)
        withExtendedLifetime((first, second)) {}
    }

    @Test("what a killed run left can fail, not pass, with objectives or without")
    func killed() throws {
        let (whole, directory) = try record(slowEvery: 10)
        var killed = whole
        killed.isComplete = false
        let passing = [ttft(50, .seconds(1))]
        #expect(try judge(whole, passing).result == .pass)
        let found = try judge(killed, passing)
        #expect(found.result == .notEnoughData && found.reasons.first?.hasPrefix("killed") == true)
        #expect(found.warnings.map(\.code).contains("killed"))
        #expect(try judge(killed, []).result == .notEnoughData)
        #expect(try judge(killed, [ttft(99, .seconds(1))]).result == .fail)
        withExtendedLifetime(directory) {}
    }

    @Test("turns that share one pause count for less than the same number spread out")
    func pause() throws {
        // 60 of 2400 turns are slow: 2.5 %, far below 5 % if they were independent.
        for hasTurns in [true, false] {
            let (spread, first) = try record(slowEvery: 40, hasTurns: hasTurns)
            let (paused, second) = try record(pause: 60...62, hasTurns: hasTurns)
            #expect(try judge(spread, [ttft(95, .seconds(1))]).result == .pass)
            let found = try judge(paused, [ttft(95, .seconds(1))])
            #expect(found.slos[0].judgement.slow == 60)
            #expect((found.slos[0].judgement.dispersion ?? 0) > 20)
            #expect(found.result == .notEnoughData)
            withExtendedLifetime((first, second)) {}
        }
    }

    @Test("a late generator makes a run invalid, before any SLO counts")
    func invalid() throws {
        // The median is 200 ms: 1 % of it is 2 ms.
        let (good, first) = try record(scheduleLag: .microseconds(1900))
        #expect(try judge(good, [ttft(99, .seconds(1))]).isValid)
        let (late, second) = try record(slowEvery: 2, scheduleLag: .microseconds(40_000))
        let found = try judge(late, [ttft(50, .milliseconds(1))])
        #expect(found.result == .invalid)
        #expect(found.result.exitStatus == 3)
        #expect(found.warnings.map(\.code).contains("late_generator"))
        #expect(found.reasons.first?.contains("measured its own generator") == true)
        withExtendedLifetime((first, second)) {}
    }

    @Test("a lateness below 1 ms is never invalid")
    func floor() throws {
        let (record, directory) = try record(scheduleLag: .microseconds(990))
        var strict = record
        strict.document.maxShare = 0.0001
        #expect(try judge(strict, []).isValid)
        withExtendedLifetime(directory) {}
    }

    @Test("failed turns count against the error rate and against every percentile")
    func failures() throws {
        let (failing, directory) = try record(failEvery: 10)
        let rate = SLO(text: "error_rate < 1%", subject: .errorRate(below: 0.01))
        #expect(try judge(failing, [rate]).result == .fail)
        #expect(try judge(failing, [ttft(95, .seconds(100))]).result == .fail)
        let loose = SLO(text: "error_rate < 20%", subject: .errorRate(below: 0.2))
        #expect(try judge(failing, [loose]).result == .pass)
        withExtendedLifetime(directory) {}
    }

    @Test("an SLO of one turn class or scenario looks at nothing else")
    func selection() throws {
        let (slow, directory) = try record(slowEvery: 10)
        var later = ttft(50, .seconds(1))
        later.turn = .later
        let found = try judge(slow, [later])
        #expect(found.slos[0].judgement.n == 0)
        #expect(found.result == .notEnoughData)
        var other = ttft(50, .seconds(1))
        other.scenario = "chat"
        #expect(try judge(slow, [other]).result == .pass)
        withExtendedLifetime(directory) {}
    }

    @Test("without SLOs a valid run is done with status 0, a stopped one invalid")
    func noSLO() throws {
        let (plain, directory) = try record()
        #expect(try judge(plain, []).result == .noSLO)
        var stopped = plain
        stopped.document.totals?.stopReason = "aborted: error_rate > 20% over 30s"
        let found = try judge(stopped, [])
        #expect(found.result.exitStatus == 3)
        #expect(found.reasons.first?.contains("safety rule") == true)
        withExtendedLifetime(directory) {}
    }

    @Test("a run that a rule stopped is 3, and its headline says what its turns say so far")
    func stopped() throws {
        var (stopped, directory) = try record()
        stopped.document.totals?.stopReason = "aborted: safety.max_escalations is 3"
        let found = try judge(stopped, [ttft(99, .seconds(1))])
        #expect(found.result.exitStatus == 3 && found.isValid)
        #expect(found.headline(target: .live) == "PASS")
        #expect(
            found.reasons.first == "a safety rule stopped the run: safety.max_escalations is 3")
        withExtendedLifetime(directory) {}
    }

    @Test("a run without one turn of the main phase that we did not cut decides nothing")
    func cut() throws {
        var (cut, directory) = try record()
        for index in cut.outcomes.indices {
            cut.outcomes[index].outcome = .cut
            cut.outcomes[index].detail = "drain"
        }
        let found = try judge(cut, [])
        #expect(found.result == .notEnoughData)
        #expect(found.warnings.contains { $0.code == "turns_cut" && $0.message.contains("every") })
        withExtendedLifetime(directory) {}
    }

    @Test("starts that were held back are told apart by the rule that did it")
    func held() throws {
        var (held, directory) = try record()
        held.health.append(
            HealthRow(
                start: .zero, length: .seconds(1), thread: "load",
                metric: HealthMetric.blockedStarts.rawValue, value: 10))
        for (cause, count) in [("rate_limit_floor", 5), ("user_limit", 3)] as [(String, UInt64)] {
            held.outcomes.append(
                OutcomeRow(
                    scenario: "chat", phase: .main, turn: .first, start: .zero,
                    length: .seconds(1), outcome: .blocked, detail: cause, count: count))
        }
        let found = try judge(held, []).warnings
        let own: [MeasurementWarning] = [.blockedStarts(2), .rateLimitFloor(5), .userLimit(3)]
        #expect(found.filter { own.contains($0) } == own)
        withExtendedLifetime(directory) {}
    }

    @Test("a simulated run never ends in a bare PASS")
    func simulated() throws {
        let (plain, directory) = try record()
        let found = try judge(plain, [ttft(99, .seconds(1))])
        #expect(
            found.headline(target: .simulated)
                == "PASS (simulated: says nothing about Fin itself)")
        #expect(found.headline(target: .live) == "PASS")
        withExtendedLifetime(directory) {}
    }

    @Test("every cause of doubt has its warning, with advice")
    func warnings() throws {
        var (record, directory) = try record()
        record.document.totals = RunDocument.Totals(
            conversationsBegun: 5, turnsPlanned: 5, postsSent: 5, streamsOpened: 5,
            rowsDropped: 3, events: 100, eventsKernelStamped: 90, eventsCoalesced: 50,
            clockSteps: 2, stopReason: "interrupted")
        record.document.plan.lengthSeconds = 10
        func health(_ metric: HealthMetric, _ value: Double) -> HealthRow {
            HealthRow(
                start: .zero, length: .seconds(1), thread: "load", metric: metric.rawValue,
                value: value)
        }
        record.health += [
            health(.cpu, 0.95), health(.blockedStarts, 7), health(.longestLoopGap, 51),
        ]
        record.outcomes.append(
            OutcomeRow(
                scenario: "chat", phase: .main, turn: .first, start: .zero, length: .seconds(1),
                outcome: .done, detail: "late_subscription+subscription_bound+waited_429",
                count: 600))
        let index = try #require(record.intervals.firstIndex { $0.series.metric == .ttft })
        record.intervals[index].counts.above = 1
        let found = try judge(record, []).warnings
        #expect(
            found.map(\.code) == [
                "missing_kernel_stamps", "coalesced", "clock_steps", "rows_dropped",
                "blocked_starts", "stalled_loop", "busy_generator", "values_above_range",
                "short_run", "few_conversations", "late_subscription", "subscription_bound",
                "waited_429", "interrupted",
            ])
        // A core that waits awake is not a full one.
        record.health.append(health(.spin, 0.5))
        #expect(try judge(record, []).warnings.allSatisfy { $0.code != "busy_generator" })
        #expect(found.allSatisfy { !$0.message.isEmpty && !$0.advice.isEmpty })
        withExtendedLifetime(directory) {}
    }
}
