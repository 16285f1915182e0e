import FinMeasure
import FinProfile
import Foundation
import FoundationXML
import Testing

@testable import FinReport

/// What other tools are given.
@Suite struct ReportFormatTests {
    private func rendered(
        _ format: ReportFormat, finishes: Bool = true, hasSLOs: Bool = true
    ) throws -> String {
        let directory = try TemporaryDirectory()
        var document = SyntheticRun.document()
        if !hasSLOs { document.slo = [] }
        try SyntheticRun.write(to: directory.path, document: document, finishes: finishes)
        return try format.render(directory: directory.path) { text in
            SyntheticRun.slos.first { $0.text == text }
        }
    }

    @Test("JUnit: too few turns are an error, never a pass, and words are escaped")
    func junit() throws {
        let text = try rendered(.junit)
        let document = try XMLDocument(xmlString: text)
        let suite = try #require(document.rootElement())
        #expect(suite.attribute(forName: "tests")?.stringValue == "3")
        #expect(suite.attribute(forName: "errors")?.stringValue == "2")
        #expect(suite.attribute(forName: "failures")?.stringValue == "0")
        let cases = suite.elements(forName: "testcase")
        #expect(
            cases.map { $0.attribute(forName: "name")?.stringValue } == [
                "the run is whole and its generator kept up", "ttft p50 < 1s", "error_rate < 5%",
            ])
        #expect(cases[1].elements(forName: "error").count == 1)
    }

    @Test("JUnit and the chart's list say that a run was killed, whatever its objectives say")
    func killed() throws {
        for hasSLOs in [true, false] {
            let text = try rendered(.junit, finishes: false, hasSLOs: hasSLOs)
            let suite = try #require(try XMLDocument(xmlString: text).rootElement())
            let errors = hasSLOs ? "3" : "1"
            #expect(suite.attribute(forName: "errors")?.stringValue == errors)
            let whole = try #require(suite.elements(forName: "testcase").first)
            let words = whole.elements(forName: "error").first?.attribute(forName: "message")
            #expect(words?.stringValue?.hasPrefix("killed: ") == true)
        }
        #expect(try rendered(.benchmark, finishes: false).contains("; killed: the turns "))
    }

    @Test("percentile text: ascending values, counts that end at n, ticks that halve")
    func percentileText() throws {
        var histogram = SeriesHistogram(metric: .ttft)
        for milliseconds in Int64(1)...1000 { histogram.record(.milliseconds(milliseconds)) }
        let text = PercentileText.text(SeriesCounts(histogram, metric: .ttft))
        let rows = text.split(separator: "\n").dropFirst().filter { !$0.hasPrefix("#") }
            .map { $0.split(separator: " ").compactMap { Double($0) } }
        #expect(rows.allSatisfy { $0.count >= 3 })
        #expect(zip(rows, rows.dropFirst()).allSatisfy { $0[0] <= $1[0] && $0[1] < $1[1] })
        #expect(rows.last?[1] == 1 && rows.last?[2] == 1000)
        let median = try #require(rows.first { $0[1] >= 0.5 })
        #expect(abs(median[0] - 500) <= 1 && abs(median[2] - 500) <= 1)
        #expect(text.contains("#[Max     =     1000.000, Total count    =         1000]"))
    }

    @Test("percentiles for a chart name the profile, the unit, the count and the target")
    func benchmark() throws {
        let parsed = try JSONSerialization.jsonObject(with: Data(try rendered(.benchmark).utf8))
        let list = try #require(parsed as? [[String: Any]])
        #expect(list.count == 10)
        let first = try #require(list.first)
        #expect(first["name"] as? String == "golden ttft.p50")
        #expect(first["unit"] as? String == "ms")
        #expect((first["extra"] as? String)?.hasSuffix("target simulated") == true)
        let last = try #require(list.last)
        #expect(last["name"] as? String == "golden error_rate")
    }
}
