import FinMeasure
import FinProfile
import FinTestThreads
import Foundation
import SwiftCSV
import Testing

@testable import FinReport

@Suite(.heavy) struct PageTests {
    private static func parse(_ text: String) -> SLO? {
        SyntheticRun.slos.first { $0.text == text }
    }

    private static func page(_ directories: [TemporaryDirectory]) throws -> ReportPage {
        try ReportPage(directories: directories.map(\.path), parseSLO: parse)
    }

    private static func html(_ page: ReportPage) throws -> String {
        String(decoding: try page.html(), as: UTF8.self)
    }

    private static func run(
        _ document: RunDocument = SyntheticRun.document(),
        turns: [TurnRecord] = SyntheticRun.turns(), writesTurns: Bool = true, finishes: Bool = true,
        metrics: [Metric] = SyntheticRun.perTurn
    ) throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try SyntheticRun.write(
            to: directory.path, turns: turns, document: document, writesTurns: writesTurns,
            finishes: finishes, metrics: metrics)
        return directory
    }

    @Test("a finished run has its page, and the page is well-formed")
    func finish() throws {
        let directory = try Self.run()
        try Report.finish(directory: directory.path, slos: SyntheticRun.slos)
        let page = try Markings(try directory.text("report.html"))
        #expect(page.named("title").first?.text == "finbench: golden, simulated")
        let words = page.elements.map(\.text).joined(separator: " ")
        #expect(words.contains("(simulated: says nothing about Fin itself)"))
        #expect(words.contains("simulated: http://127.0.0.1:1, version 2.16"))
        #expect(
            page.named("figure").compactMap { $0.attributes["id"] } == [
                "ttft-over-time", "ttft-percentiles", "ttft-histogram", "ttft-heatmap", "anatomy",
                "outcomes", "generator",
            ])
    }

    @Test("making the page again changes nothing, and a new run takes the old page away")
    func again() throws {
        let directory = try Self.run()
        try Report.finish(directory: directory.path, slos: SyntheticRun.slos)
        let before = try directory.text("report.html")
        try Self.page([directory]).write(to: "\(directory.path)/new/report.html")
        #expect(try directory.text("new/report.html") == before)
        try SyntheticRun.write(to: directory.path, finishes: false)
        #expect(!directory.names.contains("report.html"))
    }

    @Test("every chart says what it is and what it shows, and is an SVG of its own")
    func charts() throws {
        let charts = try Self.page([try Self.run(), try Self.run()]).charts()
        #expect(charts.count == 10)
        #expect(Set(charts.map(\.name)).count == charts.count)
        for chart in charts {
            let svg = try Markings(String(decoding: chart.svg, as: UTF8.self))
            let root = try #require(svg.elements.first)
            #expect(root.name == "svg" && root.attributes["role"] == "img")
            let titles = svg.elements.filter { $0.parents == ["svg"] }
            #expect(titles.first { $0.name == "title" }?.text.isEmpty == false)
            let summary = try #require(titles.first { $0.name == "desc" }?.text)
            #expect(summary.contains { $0.isNumber }, "\(chart.name): \(summary)")
            #expect(svg.named("title").count > 1, "\(chart.name) shows nothing to a pointer")
        }
    }

    @Test("the page asks nothing of the network and runs nothing")
    func selfContained() throws {
        let html = try Self.html(Self.page([try Self.run(), try Self.run()]))
        let page = try Markings(html)
        for element in page.elements {
            for (key, value) in element.attributes {
                #expect(!["src", "href", "srcset", "data", "action"].contains(key), "\(element)")
                #expect(!key.hasPrefix("on"), "\(element)")
                #expect(!value.contains("url(") || value.hasPrefix("url(#"), "\(element)")
            }
        }
        let styles = page.named("style").map(\.text).joined()
        #expect(!styles.contains("url(") && !styles.contains("@import"))
        #expect(page.named("script").isEmpty)
        let ids = page.elements.compactMap { $0.attributes["id"] }
        #expect(Set(ids).count == ids.count)
    }

    @Test("the latency table holds the numbers of summary.csv")
    func numbers() throws {
        let directory = try Self.run()
        try Report.finish(directory: directory.path, slos: SyntheticRun.slos)
        var expected: [[String]: [String: String]] = [:]
        for row in try CSV<Named>(string: try directory.text("summary.csv")).rows
        where row["phase"] == "main" && row["turn"] == "0" {
            let key = [row["metric"] ?? "", row["anchor"] ?? ""]
            expected[key, default: [:]][row["stat"] ?? ""] = row["value"]
            expected[key, default: [:]]["n"] = row["n"]
            expected[key, default: [:]]["censored"] = row["censored"]
        }
        expected[["error_rate", ""]] = nil
        let page = try Markings(try directory.text("report.html"))
        var found: [[String]: [Markings.Element]] = [:]
        var key: [String]?
        for element in page.elements {
            if element.name == "tr" {
                key = element.attributes["data-metric"].map {
                    [$0, element.attributes["data-anchor"] ?? ""]
                }
            } else if element.name == "td", let key {
                found[key, default: []].append(element)
            }
        }
        #expect(Set(found.keys) == Set(expected.keys))
        for (key, cells) in found {
            #expect(cells.count == PageTables.latencyColumns.count + 1)
            for (column, cell) in zip(PageTables.latencyColumns, cells.dropFirst()) {
                guard let value = expected[key]?[column] else { continue }
                #expect((cell.attributes["data-ms"] ?? cell.text.filter { $0 != "-" }) == value)
            }
        }
    }

    @Test("what failed is shown as a lower bound, in the table and in the charts")
    func censored() throws {
        let page = try Self.page([try Self.run()])
        let html = try Markings(try Self.html(page))
        let bounds = html.named("td").filter { $0.text == ">= 1.00 s" }
        #expect(bounds.count > 5)
        let curve = try #require(page.charts().first { $0.name == "ttft-percentiles.svg" })
        let svg = try Markings(String(decoding: curve.svg, as: UTF8.self))
        #expect(svg.elements.contains { $0.attributes["class"] == "hatched" })
        #expect(svg.named("text").contains { $0.text == ">= 1.00 s: 1 of 11 failed" })
        #expect(svg.elements.contains { $0.attributes["class"] == "above" })
    }

    @Test("a run without failures shows no bound")
    func uncensored() throws {
        let turns = SyntheticRun.turns().filter { $0.outcome == .done }
        let page = try Self.page([try Self.run(turns: turns)])
        let html = try Self.html(page)
        #expect(!html.contains("class=\"hatched\" ") || !html.contains("url(#ttft-percentiles"))
        #expect(!html.contains("class=\"above\""))
        #expect(!html.contains("&gt;= 1.00 s"))
    }

    @Test("an invalid run is stamped on every chart of it")
    func invalid() throws {
        var turns = SyntheticRun.turns()
        for index in turns.indices { turns[index].sent = turns[index].planned + .milliseconds(900) }
        let directory = try Self.run(turns: turns)
        for page in [try Self.page([directory]), try Self.page([try Self.run(), directory])] {
            let shared = page.charts().filter { $0.name.hasPrefix("ttft-p") }
            #expect(shared.count == 1)
            for chart in shared {
                let svg = try Markings(String(decoding: chart.svg, as: UTF8.self))
                #expect(
                    svg.named("text").contains {
                        $0.attributes["class"] == "stamp" && $0.text.hasPrefix("INVALID")
                    }, "\(chart.name)")
            }
        }
        #expect(try Self.html(Self.page([directory])).contains("class=\"verdict invalid\""))
        #expect(try Self.page([try Self.run(), directory]).exitStatus == 3)
    }

    // Every element that a page may hold.
    static let allowed: Set<String> = [
        "html", "head", "meta", "title", "style", "body", "main", "header", "h1", "h2", "h3", "div",
        "p", "span", "ul", "li", "strong", "code", "pre", "section", "footer", "table", "thead",
        "tbody", "tr", "th", "td", "figure", "figcaption", "svg", "desc", "defs", "pattern", "path",
        "rect", "text", "circle",
    ]

    static let nasty = [
        "<script>alert(1)</script>", "\" onload=\"alert(1)", "'><img src=x onerror=alert(1)>",
        "{{{css}}}", "{{title}}", "</style></title></svg>", "\"\u{301}><b\u{301}>", "a\u{0}b\u{1B}",
        "&lt;&#0;]]>", "<!-- --> <?x?>", "|`*_[x](http://y)|\n# z",
    ]

    @Test("no text of a run becomes markup", arguments: nasty)
    func injection(text: String) throws {
        var document = SyntheticRun.document()
        document.profileName = text
        document.labels = [text: text, "team": text]
        document.target.url = text
        document.target.version = text
        document.toolVersion = text
        document.host.name = text
        document.profile = .object([text: .string(text), "list": .array([.string(text)])])
        document.slo = []
        var other = document
        other.labels["team"] = "other"
        other.profile = .null
        let page = try Self.page([
            try Self.run(document, metrics: [.ttft]), try Self.run(other, metrics: [.ttft]),
        ])
        let markings = try Markings(try Self.html(page))
        for element in markings.elements {
            #expect(Self.allowed.contains(element.name), "\(element)")
            #expect(element.attributes.keys.allSatisfy { !$0.hasPrefix("on") })
        }
        // A text is seen as it is, but for what XML cannot hold.
        let clean = String(
            String.UnicodeScalarView(
                text.unicodeScalars.map {
                    $0.value < 0x20 && $0 != "\n" ? "\u{FFFD}" : $0
                }))
        #expect(markings.named("span").contains { $0.text == clean })
        for chart in page.charts() {
            _ = try Markings(String(decoding: chart.svg, as: UTF8.self))
        }
    }

    @Test("a killed run's page says so; one without turns names none")
    func partial() throws {
        let killed = try Self.html(Self.page([try Self.run(finishes: false)]))
        #expect(killed.contains("KILLED; what it left"))
        let withoutTurns = try Self.page([try Self.run(writesTurns: false)])
        let html = try Self.html(withoutTurns)
        #expect(html.contains("turns.csv was not written"))
        // Means of the parts still add up to the mean: the bar of all turns stands.
        #expect(html.contains("id=\"anatomy\""))
    }

    @Test("a run in which nothing happened has a page")
    func empty() throws {
        let page = try Self.page([try Self.run(turns: [])])
        let markings = try Markings(try Self.html(page))
        #expect(!markings.named("figure").contains { $0.attributes["id"] == "ttft-percentiles" })
        #expect(page.markdown.contains("Outcomes: none"))
    }

    @Test("several runs stand side by side, and different profiles are named")
    func overlay() throws {
        var other = SyntheticRun.document()
        other.profile = .object(["max_in_flight": .number(20)])
        other.labels["commit"] = "def"
        let directories = [try Self.run(), try Self.run(other)]
        let html = try Self.html(Self.page(directories))
        #expect(html.contains("The profiles differ"))
        #expect(html.contains("<td>max_in_flight</td><td class=\"text\">10</td>"))
        #expect(html.contains("1: commit=abc") && html.contains("2: commit=def"))
        let same = try Self.html(Self.page([try Self.run(), try Self.run()]))
        #expect(!same.contains("The profiles differ"))
    }

    @Test("the slowest turns come first, with what is needed to find them")
    func slowest() throws {
        let directory = try Self.run()
        let survey = try TurnSurvey(try RecordReader.read(directory: directory.path))
        let spans = survey.slowest.map { $0.row.ttft ?? 0 }
        #expect(spans == spans.sorted(by: >))
        #expect(survey.slowest.first?.requestID == "req-5")
        #expect(survey.slowest.count == 10)
        #expect(survey.failed.map(\.row.outcome) == [.timeout])
        let html = try Self.html(Self.page([directory]))
        #expect(html.contains("req-5") && html.contains("fb-test-5"))
    }

    @Test("the slowest turns are those of a sort of all", arguments: 0..<5)
    func slowestOfMany(round: Int) throws {
        let count = 20 + round * 7
        var turns = (0..<count).map { SyntheticRun.turn(UInt64($0 * 37 % count), 1) }
        turns.swapAt(0, count - 1)
        let directory = try Self.run(turns: turns)
        let record = try RecordReader.read(directory: directory.path)
        var all: [Int64] = []
        try record.forEachTurn { row in if let ttft = row.ttft { all.append(ttft) } }
        let slowest = try TurnSurvey(record).slowest.map { $0.row.ttft ?? 0 }
        #expect(slowest == Array(all.sorted(by: >).prefix(TurnSurvey.listed)))
    }
}
