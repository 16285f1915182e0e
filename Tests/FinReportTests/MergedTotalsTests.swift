import FinMeasure
import FinProfile
import FinTestSupport
import Foundation
import Testing

@testable import FinReport

/// Why a merged run ended.
@Suite struct MergedTotalsTests {
    // A slice whose reason is a blank was answered and went to its end.
    private static let answered = " "

    @Test(
        "a target that only some slices did not reach was reached",
        arguments: [
            (["unreachable: no", "unreachable: never"], "unreachable: no"),
            ([answered, "unreachable: no"], "aborted: a slice gave up: no"),
            // Interrupted or lost before any answer: that is no answer.
            (["", "unreachable: no"], "unreachable: no"),
            (["unreachable: no", "host limit: memory"], "host limit: memory"),
            (["aborted: a slice gave up: no", "host limit: memory"], "host limit: memory"),
            (["aborted: a slice gave up: no", answered], "aborted: a slice gave up: no"),
            (["aborted: rule", "unreachable: no"], "aborted: rule"),
            (["interrupted", answered], "interrupted"),
            (["", ""], ""),
        ])
    func stopReason(reasons: [String], merged: String) throws {
        let folder = try TemporaryDirectory()
        for (index, reason) in reasons.enumerated() {
            try write(reason, slice: index, of: reasons.count, to: "\(folder.path)/\(index)")
        }
        let path = "\(folder.path)/merged"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let slices = reasons.indices.map { "\(folder.path)/\($0)" }
        try RunMerge(directories: slices, isPartial: false) { text in
            SyntheticRun.slos.first { $0.text == text }
        }.write(to: path, receiver: nil)
        let document = try RecordReader.document(directory: path)
        #expect(document.totals?.stopReason == merged)
    }

    private func write(
        _ reason: String, slice index: Int, of count: Int, to path: String
    ) throws {
        var document = SyntheticRun.document()
        document.shard = .init(index: index, count: count)
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let writer = try RecordWriter(
            directory: path, document: document, names: SyntheticRun.Names(), writesTurns: true)
        var totals = SyntheticRun.totals()
        totals.stopReason = reason == Self.answered ? "" : reason
        if reason == Self.answered {
            totals.ledger = RunDocument.Ledger(
                begun: 3, accepted: 2, answered: 0, escalated: 0, users: 2, billable: 3,
                worstCaseUsd: nil)
        }
        try writer.finish(totals)
    }
}
