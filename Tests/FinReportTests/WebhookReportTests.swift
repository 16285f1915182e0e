import FinMeasure
import Testing

@testable import FinReport

/// What a run's webhooks look like in the terminal, the warnings and the page.
@Suite struct WebhookReportTests {
    private static func run(
        _ webhooks: RunDocument.Webhooks?, delivery: String...
    ) throws -> (directory: TemporaryDirectory, text: String, codes: [String], page: Markings) {
        let directory = try TemporaryDirectory()
        var document = SyntheticRun.document()
        document.profile = .object(["delivery": .array(delivery.map { .string($0) })])
        let writer = try RecordWriter(
            directory: directory.path, document: document, names: SyntheticRun.Names(),
            writesTurns: true)
        let snapshots = SyntheticRun.snapshots(
            SyntheticRun.turns(), document: document, metrics: SyntheticRun.perTurn)
        for snapshot in snapshots { try writer.interval(snapshot) }
        var totals = SyntheticRun.totals()
        totals.webhooks = webhooks
        try writer.finish(totals)
        let found = try Report.finish(directory: directory.path, slos: [])
        return (
            directory, found.text, found.document.warnings.map(\.code),
            try Markings(try directory.text("report.html"))
        )
    }

    private static func words(_ page: Markings) -> String {
        page.elements.map(\.text).joined(separator: " ")
    }

    @Test("every count is on the page, those that are not zero in the terminal, and doubt is said")
    func counts() throws {
        var hooks = RunDocument.Webhooks()
        hooks.received = 9
        hooks.accepted = 4
        hooks.joined = 4
        hooks.missing = 2
        hooks.foreign = 3
        hooks.badSignature = 1
        hooks.unsigned = 1
        let found = try Self.run(hooks, delivery: "sse", "webhook")
        #expect(
            found.text.contains(
                "webhooks: received 9, accepted 4, joined 4, missing 2, foreign 3, unsigned 1,\n"
                    + "    bad signature 1\n"))
        #expect(!found.text.contains("ttft is absent"))
        for code in ["webhooks_missing", "webhooks_refused", "foreign_webhooks"] {
            #expect(found.codes.contains(code))
        }
        let record = try RecordReader.read(directory: found.directory.path)
        let doubts = MeasurementWarning.delivered(record)
        #expect(
            doubts == [
                .webhooksMissing(2, of: 6), .webhooksRefused(2, of: 9), .foreignWebhooks(3),
            ])
        #expect(found.page.named("h3").contains { $0.text == "Webhooks" })
        let words = Self.words(found.page)
        for name in WebhookText.table(SyntheticRun.document(hooks)).map(\.name) {
            #expect(words.contains(name), "\(name)")
        }
    }

    @Test("webhooks alone have no TTFT, and none at all is a doubt")
    func alone() throws {
        let found = try Self.run(RunDocument.Webhooks(), delivery: "webhook")
        let reason = "ttft is absent: delivery is webhook alone"
        #expect(found.text.contains(reason) && Self.words(found.page).contains(reason))
        #expect(found.codes.contains("no_webhooks"))
    }

    @Test("a run without webhooks says nothing of them")
    func none() throws {
        let found = try Self.run(nil, delivery: "sse")
        #expect(!found.text.contains("webhooks:"))
        #expect(!found.page.named("h3").contains { $0.text == "Webhooks" })
        #expect(!found.codes.contains { $0.contains("webhook") })
        #expect(try !found.directory.text("run.json").contains("webhooks"))
    }
}

extension SyntheticRun {
    fileprivate static func document(_ webhooks: RunDocument.Webhooks) -> RunDocument {
        var document = document()
        document.totals = totals()
        document.totals?.webhooks = webhooks
        return document
    }
}
