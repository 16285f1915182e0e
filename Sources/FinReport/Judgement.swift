public import FinMeasure
internal import FinProfile

/// What a run came to: whether it measured the target at all, and what its SLOs say.
public struct Judgement: Sendable {
    /// `pass`, `fail`, `not_enough_data`, `no_slo` or `invalid`.
    public enum Result: String, Sendable, CaseIterable {
        case pass, fail
        case notEnoughData = "not_enough_data"
        case noSLO = "no_slo"
        case invalid

        /// The exit status of `finbench run` and `finbench report`.
        public var exitStatus: Int32 {
            switch self {
            case .pass, .noSLO: 0
            case .fail: 1
            case .notEnoughData: 2
            case .invalid: 3
            }
        }
    }

    /// The deciding word: invalid before fail before not enough data.
    public var result: Result
    /// What the turns so far say where a rule stopped the run; else the same as `result`.
    public var soFar: Result
    /// Whether the generator was fast enough for the numbers to be the target's.
    public var isValid: Bool
    /// One sentence each, the deciding one first.
    public var reasons: [String]
    /// The SLOs, in the profile's order.
    public var slos: [SLOResult]
    /// What to doubt.
    public var warnings: [MeasurementWarning]

    /// What `run.json` keeps of it.
    public var verdict: RunDocument.Verdict {
        RunDocument.Verdict(result: result.rawValue, valid: isValid, reasons: reasons)
    }

    /// The words of the terminal and the page.
    ///
    /// A simulated run never ends in a bare PASS: it says nothing about Fin.
    public func headline(target: TargetKind) -> String {
        let words =
            switch soFar {
            case .pass: "PASS"
            case .fail: "FAIL"
            case .notEnoughData: "NOT ENOUGH DATA"
            case .noSLO: "DONE, no SLO was set"
            case .invalid: "INVALID"
            }
        return target == .simulated ? "\(words) (simulated: says nothing about Fin itself)" : words
    }
}

extension Judgement {
    /// Judges a run.
    init(_ record: RunRecord, _ rollup: Rollup, slos: [SLO]) throws {
        self.slos = try slos.map { try SLOResult($0, record, rollup) }
        let validity = Validity(record, rollup, slos: slos)
        // A percentile over all slices hides one that was late.
        let late = (record.document.slices ?? []).filter { !$0.valid }
        isValid = validity.isValid && late.isEmpty
        warnings = MeasurementWarning.find(in: record, rollup, validity: validity)
        let verdicts = self.slos.map(\.judgement.verdict)
        let stop = record.document.totals?.stopReason ?? ""
        let isAborted = ["aborted: ", "host limit: "].contains { stop.hasPrefix($0) }
        let lack = Judgement.lack(record)
        let isEmpty =
            record.document.hasTurns
            && OutcomeTotals(record.outcomes) { $0.phase == .main }.n == 0
        if !isValid {
            soFar = .invalid
        } else if verdicts.contains(.fail) {
            soFar = .fail
        } else if verdicts.contains(.notEnoughData) || isEmpty || lack != nil {
            soFar = .notEnoughData
        } else {
            soFar = verdicts.isEmpty ? .noSLO : .pass
        }
        result = isAborted ? .invalid : soFar
        reasons = isAborted ? [Judgement.stopped(stop)] : []
        if isEmpty { reasons.append("no turn of the main phase came to an end of its own") }
        if !validity.isValid { reasons.append(validity.sentence) }
        reasons += late.map { Judgement.late($0) }
        reasons += sentences(.fail)
        if let lack { reasons.append(lack) }
        reasons += sentences(.notEnoughData) + sentences(.pass)
        if isValid { reasons.append(validity.sentence) }
    }
}

extension Judgement {
    /// The SLOs with this verdict, a sentence each.
    private func sentences(_ word: SLOVerdict) -> [String] {
        slos.filter { $0.judgement.verdict == word }
            .map { "\($0.slo.text): \(word.words), \($0.judgement.reason)" }
    }

    /// What a run lacks of its plan; nil for nothing.
    ///
    /// What a slice would have measured nobody knows, nor what was under way when a run was killed,
    /// the slowest turns first: what is there can fail the plan, not pass it.
    static func lack(_ record: RunRecord) -> String? {
        guard record.document.hasTurns else { return nil }
        if !record.isComplete {
            return "killed: the turns that were under way, and those of the last interval, are not "
                + "in it; the rest can fail it, not pass it"
        }
        let document = record.document
        guard let slices = document.slices else { return nil }
        let killed = slices.count { $0.killed == true }
        let missing = document.sliceCount - slices.count
        let parts = [(missing, "missing"), (killed, "killed")].filter { $0.0 > 0 }
            .map { "\($0) \($1)" }
        if parts.isEmpty { return nil }
        return "\(parts.joined(separator: " and ")) of the plan's \(document.sliceCount) slices: "
            + "the rest can fail it, not pass it"
    }

    private static func late(_ slice: RunDocument.Slice) -> String {
        "slice \(slice.index) measured its own generator: late by "
            + "\(Decimals.number(slice.lateMilliseconds)) ms at p99, allowed "
            + "\(Decimals.number(slice.allowedMilliseconds)) ms"
    }

    private static func stopped(_ reason: String) -> String {
        let rule = reason.hasPrefix("aborted: ") ? reason.dropFirst("aborted: ".count) : nil
        return rule.map { "a safety rule stopped the run: \($0)" }
            ?? "the run ended early: \(reason)"
    }
}

extension SLOVerdict {
    /// For people.
    var words: String {
        switch self {
        case .pass: "pass"
        case .fail: "fail"
        case .notEnoughData: "not enough data"
        }
    }
}
