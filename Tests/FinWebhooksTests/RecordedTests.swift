import FinMeasure
import FinTestSupport
import Testing

@testable import FinWebhooks

@Suite("Recorded deliveries")
struct RecordedTests {
    // Vector A1 of the public facts: its body as base64, its signature.
    private static let body =
        #"{"event_name":"fin_status_updated","conversation_id":"ld-0001","user_id":"u-77","status":"escalated","reason":"Routed to team","created_at_ms":"2026-02-03T09:15:07.900Z"}"#
    private static let base64 =
        "eyJldmVudF9uYW1lIjoiZmluX3N0YXR1c191cGRhdGVkIiwiY29udmVyc2F0aW9uX2lkIjoibGQtMDAwMSIsInVz"
        + "ZXJfaWQiOiJ1LTc3Iiwic3RhdHVzIjoiZXNjYWxhdGVkIiwicmVhc29uIjoiUm91dGVkIHRvIHRlYW0iLCJjcmVh"
        + "dGVkX2F0X21zIjoiMjAyNi0wMi0wM1QwOToxNTowNy45MDBaIn0="
    private static let signature =
        "sha256=271cb0537cd83e59eb9e2c4970f5e6162b20dbbbddcd673248934ecce4e03aa4"

    private func read(_ text: String) throws(WebhookError) -> RecordedDeliveries {
        try RecordedDeliveries(
            text: text, path: "hooks.jsonl", secret: "fin-signing-secret-0001", seed: 1)
    }

    private func line(_ signature: String, _ body: String = base64) -> String {
        "{\"signature\":\"\(signature)\",\"body_base64\":\"\(body)\"}\n"
    }

    @Test("true, wrong and malformed ones are counted, a missing header among the last")
    func counts() throws {
        let text =
            line(Self.signature) + "\n" + line(String(Self.signature.dropLast()) + "5")
            + line(Self.signature.uppercased()) + "{\"body_base64\":\"\"}\n"
        let recorded = try read(text)
        #expect(recorded.validCount == 1 && recorded.wrongCount == 1)
        #expect(recorded.malformedCount == 2)
        #expect(recorded.corpus.count(.mix) == 4 && recorded.corpus.count(.oneShot) == 4)
        let delivery = try #require(recorded.corpus.sequences[.valid]?.first)
        #expect(Array(recorded.corpus.bytes[delivery.body]) == Array(Self.body.utf8))
    }

    @Test("where all are true there is no mix beside them")
    func allValid() throws {
        let recorded = try read(line(Self.signature))
        #expect(recorded.corpus.count(.valid) == 1 && recorded.corpus.count(.mix) == 0)
    }

    @Test(
        "a line that is none is refused with its number, and never shown",
        arguments: [
            ("{\"signature\":\"c2VjcmV0\"}", "line 2"), ("c2VjcmV0", "line 2"),
            ("{\"signature\":3,\"body_base64\":\"c2VjcmV0\"}", "line 2"),
            ("{\"signature\":\"\",\"body_base64\":\"c2VjcmV0!\"}", "base64"),
        ])
    func badLine(text: String, word: String) {
        do throws(WebhookError) {
            _ = try read(line(Self.signature) + text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.description.contains("hooks.jsonl") && error.description.contains(word))
            #expect(!error.description.contains("c2VjcmV0"))
        }
    }

    @Test("an empty file and a missing one are refused", arguments: ["", "\n \n"])
    func nothing(text: String) {
        #expect(throws: WebhookError.self) { try read(text) }
        #expect(throws: WebhookError.self) {
            try RecordedDeliveries(path: "no/such/file.jsonl", secret: "s", seed: 1)
        }
    }
}
