import FinLoop
import FinMeasure
import FinWebhooks
import Foundation

/// Webhooks that are decided in every detail: sends, writes `webhooks.csv`, prints, judges.
struct SendRun: Sendable {
    let plan: SendPlan
    let options: SenderOptions
    let mix: SendMix
    let directory: String
    let style: Progress.Style

    /// Sends all; answers the exit status.
    func perform() async throws -> Int32 {
        let file = try makeFile()
        let line = ProgressLine(style)
        let count = plan.count
        let sender = try WebhookSender(plan: plan, options: options) { progress in
            line.show(
                "webhooks send  \(progress.elapsed.count / 1_000_000_000) s  \(progress.sent) of "
                    + "\(count) sent, \(progress.ended) answered or given up, \(progress.right) as "
                    + "demanded, \(progress.waiting) waiting")
        }
        let signals = EndSignals { sender.stop() }
        defer { signals.stop() }
        let startedAt = UTCStamp.milliseconds(unixNanoseconds: Clock.unixNanoseconds())
        let result = try await sender.run()
        line.finish()
        let table = SendTable(result: result, mix: mix)
        try write(
            table.csv(startedAt: startedAt, seed: plan.seed, isTopic: options.isTopic), to: file)
        Terminal.say(table.text(seed: plan.seed))
        for note in table.notes { Terminal.note("finbench: note: \(note)") }
        if case .unreachable(let words) = result.stop { throw unreachable(words) }
        Terminal.say("\(file)   \(table.verdict)")
        return table.status
    }

    private func makeFile() throws -> String {
        let file = "\(directory)/webhooks.csv"
        let present = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        if !present.isEmpty, present != ["webhooks.csv"] {
            throw Complaint(
                .usage,
                "--output \"\(directory)\" holds other files; name an empty or a new directory")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw Complaint(
                .host, "the directory \"\(directory)\" cannot be made; name another with --output")
        }
        return file
    }

    private func write(_ text: String, to file: String) throws {
        do { try text.write(toFile: file, atomically: true, encoding: .utf8) } catch {
            throw Complaint(.host, "\"\(file)\" cannot be written: \(error.localizedDescription)")
        }
    }

    private func unreachable(_ words: String) -> Complaint {
        // The URL's path may be a secret: the host says enough.
        let host = Address(url: options.url).map { "\($0.host):\($0.port)" } ?? "the endpoint"
        let cause = words.isEmpty ? "" : " (\(words))"
        return Complaint(
            .unreachable,
            "none of the first deliveries to \(host) was answered\(cause); is it running?")
    }
}

/// What came of the deliveries: for a person, for a file, as an exit status.
struct SendTable: Sendable {
    let result: SendResult
    let mix: SendMix

    private static let percentiles: [(name: String, share: Double)] = [
        ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
    ]

    // MARK: - verdict

    /// Classes that have a share in the mix.
    private var expected: [SendTally] { result.tallies.filter { mix.share($0.kind) > 0 } }
    private var wrong: [SendTally] { expected.filter { $0.isRight == false } }
    private var missing: [SendTally] { expected.filter { $0.isRight == nil } }

    /// The exit status.
    var status: Int32 {
        if result.stop == .interrupted { return Exit.interrupted.rawValue }
        if !wrong.isEmpty { return 1 }
        return missing.isEmpty ? Exit.success.rawValue : 2
    }

    /// One sentence.
    var verdict: String {
        let interrupted = result.stop == .interrupted ? "STOPPED (interrupted): " : ""
        if !wrong.isEmpty {
            return interrupted + "WRONG: \(wrong.map(\.kind.name).joined(separator: ", "))"
        }
        if !missing.isEmpty {
            let names = missing.map(\.kind.name).joined(separator: ", ")
            return interrupted + "NOT ENOUGH: never sent to its end: \(names); send more"
        }
        return interrupted + "RIGHT: every class was treated as it must be"
    }

    /// What a reader must know of the sender itself.
    var notes: [String] {
        var notes: [String] = []
        if result.heldBack > 0 {
            notes.append(
                "\(result.heldBack) deliveries waited because \(result.mostOpen) requests were open:"
                    + " the endpoint did not keep up; times from planned hold that wait")
        }
        let lag = SeriesCounts(result.lag, metric: .scheduleLag).value(at: 0.99)
        if let lag, lag.nanoseconds > 10_000_000, result.heldBack == 0 {
            notes.append(
                "the sender was late by \(SendTable.milliseconds(lag)) ms at p99: this machine is "
                    + "too busy for the rate")
        }
        return notes
    }

    // MARK: - text

    /// The tables.
    func text(seed: UInt64) -> String {
        let sent = result.tallies.reduce(0) { $0 + $1.sent }
        let seconds = max(result.length.seconds, 1e-9)
        let rate = (Double(sent) / seconds * 10).rounded() / 10
        return """
            webhooks send   \(sent) deliveries in \((seconds * 10).rounded() / 10) s (\(rate)/s)   \
            seed \(seed)

            \(TextTable.text(classRows))

            \(TextTable.text(timeRows))

            """
    }

    private var classRows: [[String]] {
        let head = [
            "class", "sent", "2xx", "4xx", "other", "timed out", "failed", "cut", "must be",
            "right",
        ]
        return [head]
            + expected.map { tally in
                let right = tally.isRight.map { $0 ? "yes" : "NO" } ?? "-"
                return [
                    tally.kind.name, "\(tally.sent)", "\(tally.accepted)", "\(tally.refused)",
                    "\(tally.other)", "\(tally.timedOut)", "\(tally.failed)", "\(tally.cut)",
                    tally.kind.demand, right,
                ]
            }
    }

    private var timeRows: [[String]] {
        let names = Self.percentiles.map(\.name) + ["max"]
        let head = ["answer time, ms", "from"] + names
        return [head]
            + expected.filter { $0.judged > 0 }.flatMap { tally in
                [("planned", tally.planned), ("sent", tally.service)].map { from, series in
                    [from == "planned" ? tally.kind.name : "", from]
                        + values(series).map { $0.text }
                }
            }
    }

    private func values(_ series: SeriesHistogram) -> [(text: String, number: String)] {
        let counts = SeriesCounts(series, metric: .firstReply)
        let ranked = counts.values(at: Self.percentiles.map(\.share)) + [counts.maximum]
        return ranked.map { value in
            guard let value else { return ("-", "") }
            let number = Self.milliseconds(value)
            return (value.isLowerBound ? ">" + number : number, number)
        }
    }

    private static func milliseconds(_ value: RankedValue) -> String {
        let microseconds = (value.nanoseconds + 500) / 1000
        let rest = String(microseconds % 1000 + 1000).dropFirst()
        return "\(microseconds / 1000).\(rest)"
    }

    // MARK: - file

    /// One row a class and anchor; times in ms.
    ///
    /// `statuses` is `200:98 401:2`.
    func csv(startedAt: String, seed: UInt64, isTopic: Bool) -> String {
        let names = Self.percentiles.map { "\($0.name)_ms" } + ["max_ms"]
        let head =
            [
                "schema", "started_at", "kind", "seed", "class", "sent", "accepted", "refused",
                "other", "timed_out", "failed", "cut", "right", "statuses", "anchor", "n",
                "censored",
            ] + names
        let rows = expected.flatMap { tally in
            [("planned", tally.planned), ("sent", tally.service)].map { anchor, series in
                let fields: [String] = [
                    "1", startedAt, isTopic ? "topic" : "fin", "\(seed)", tally.kind.name,
                    "\(tally.sent)", "\(tally.accepted)", "\(tally.refused)", "\(tally.other)",
                    "\(tally.timedOut)", "\(tally.failed)", "\(tally.cut)",
                    tally.isRight.map { $0 ? "1" : "0" } ?? "", statuses(tally), anchor,
                    "\(series.n)", "\(series.censored)",
                ]
                return fields + values(series).map { $0.number }
            }
        }
        return ([head] + rows).map { $0.joined(separator: ",") + "\n" }.joined()
    }

    private func statuses(_ tally: SendTally) -> String {
        tally.statuses.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }
            .joined(separator: " ")
    }
}
