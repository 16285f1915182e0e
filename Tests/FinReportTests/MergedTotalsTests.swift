import FinMeasure
import FinProfile
import FinTestSupport
import Foundation
import Testing

@testable import FinReport

/// Why a merged run ended.
@Suite struct MergedTotalsTests {
    @Test(
        "a target that only some slices did not reach was reached",
        arguments: [
            (["unreachable: no", "unreachable: no"], "unreachable: no"),
            (["", "unreachable: no"], "aborted: a slice gave up: no"),
            (["unreachable: no", "host limit: memory"], "host limit: memory"),
            (["interrupted", ""], "interrupted"),
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
        totals.stopReason = reason
        try writer.finish(totals)
    }
}
