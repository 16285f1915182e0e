import FinMeasure
import FinProfile
import Foundation
import Testing

@testable import FinReport

@Suite struct MarkdownTests {
    private func page(_ documents: [RunDocument]) throws -> String {
        let directories = try documents.map { document in
            let directory = try TemporaryDirectory()
            try SyntheticRun.write(to: directory.path, document: document)
            return directory
        }
        return try ReportPage(directories: directories.map(\.path)) { text in
            SyntheticRun.slos.first { $0.text == text }
        }.markdown
    }

    @Test("the summary begins with the verdict and has a table of SLOs and one of latencies")
    func summary() throws {
        let lines = try page([SyntheticRun.document()]).split(separator: "\n")
        #expect(lines[0].hasPrefix("### ? golden: NOT ENOUGH DATA (simulated: says nothing"))
        #expect(
            lines.contains { $0.hasPrefix("| ttft p50 &lt; 1s | 134 ms | ? not enough data |") })
        #expect(lines.contains("| main phase | n | censored | p50 | p95 | p99 | max |"))
        #expect(lines.contains { $0.hasPrefix("| ttft planned | 11 | 1 |") })
    }

    @Test("every table's rows have as many cells as its head")
    func cells() throws {
        var other = SyntheticRun.document()
        other.profileName = "a|b\n| c"
        other.labels["commit"] = "x|`y`|<b>"
        let text = try page([SyntheticRun.document(), other])
        var width: Int?
        var rows = 0
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard line.hasPrefix("|") else {
                width = nil
                continue
            }
            let bare = line.replacingOccurrences(of: "\\\\", with: "")
                .replacingOccurrences(of: "\\|", with: "")
            let count = bare.filter { $0 == "|" }.count
            #expect(count == width ?? count, "\(line)")
            width = count
            rows += 1
        }
        #expect(rows > 20)
        #expect(!text.contains("<b>"))
    }
}
