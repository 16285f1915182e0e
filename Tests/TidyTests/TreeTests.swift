import FinTestThreads
import Testing

@Suite("The source tree", .heavy) struct TreeTests {
    @Test("every file keeps every rule", arguments: Rule.all)
    func keeps(rule: Rule) {
        let findings = SourceTree.files.flatMap(rule.check)
        for finding in findings { Issue.record("\(finding)") }
    }

    @Test("the tree was found: each of its rooms gave files")
    func found() {
        let modules = Set(SourceTree.files.compactMap(\.module))
        #expect(modules.isSuperset(of: ["FinWire", "FinMeasure", "FinProfile", "TidyTests"]))
        #expect(SourceTree.files.contains { $0.path == "Package.swift" })
        #expect(SourceTree.files.contains { $0.isHot })
    }

    @Test("the top holds the manifest, the four folders, the readme and dot-files")
    func top() throws {
        let ignored = try SourceTree.file(".gitignore").text
        #expect(Rule.strangers(among: try SourceTree.names(), ignored: ignored) == [])
    }

    @Test("every target has the strict settings")
    func strict() throws {
        #expect(Rule.laxTargets(in: try SourceTree.file("Package.swift")) == [])
    }

    @Test(
        "the driver reads streams, events and responses through FinWire, and webhooks are checked there"
    )
    func wire() {
        let driver = SourceTree.files.filter { $0.path.hasPrefix("Sources/FinDrive/") }
        for call in ["EventParser(", "EventScanner(", ".scan(", ".scanResponse(", ".scanError("] {
            let isCalled = driver.contains { $0.lines.contains { $0.code.contains(call) } }
            #expect(isCalled, "FinDrive does not call \(call)")
        }
        let webhooks = SourceTree.files.filter { $0.path.hasPrefix("Sources/FinWebhooks/") }
        #expect(webhooks.contains { $0.lines.contains { $0.code.contains("WebhookVerifier(") } })
    }

    @Test("every room has a page")
    func pages() {
        let sources = SourceTree.files.filter { $0.path.hasPrefix("Sources/") }
        let rooms = Set(sources.filter(\.isSwift).compactMap(\.module)).sorted()
        #expect(Rule.pagelessRooms(rooms: rooms, paths: Set(sources.map(\.path))) == [])
    }
}
