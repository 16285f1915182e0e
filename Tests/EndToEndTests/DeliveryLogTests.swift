import Foundation
import Testing

extension EndToEndUntimed {
    @Suite("a run beside somebody else's receiver")
    struct DeliveryLogTests {
        private static let environment = ["FIN_WEBHOOK_SECRET": "a-signing-secret-of-this-test"]

        @Test("the log of a receiver of one's own is joined with the run, turn by turn")
        func joined() async throws {
            let folder = try TemporaryFolder()
            let log = "\(folder.path)/deliveries.jsonl"
            let truth = "\(folder.path)/webhook-truth.csv"
            let receiver = try await WebhooksSendTests.Receiver([
                "--record", log, "--record-customer-data",
            ])
            let server = try await SimulatorServer(
                ["webhooks={url: '\(receiver.url)', secret_env: FIN_WEBHOOK_SECRET, delay: 400ms}"],
                ["--webhook-truth", truth], environment: Self.environment)
            var profile = TestProfile(server, isMetered: false)
            profile.load = ["arrivals: constant", "rate: 30/s", "conversations: 30", "drain: 8s"]
            let run = try await TestRun(profile.patient)
            #expect(run.isDone, run.words)
            // The last reply's webhook leaves 400 ms after it: the receiver must have it.
            let hasAll = await wait(within: .seconds(30)) { Self.replyCount(in: truth) >= 30 }
            #expect(hasAll, "\(Self.replyCount(in: truth)) of 30")
            _ = try await server.stop()
            let (received, _) = try await receiver.stop()
            #expect(received.status == 0, "\(received.errors)")

            let arguments = ["audit", run.directory, "--deliveries", log]
            let audit = try await Command.run(
                arguments: arguments, environment: Self.environment)
            #expect(audit.status == 0, "\(audit.errors) \(audit.output)")
            #expect(audit.output.contains("without a webhook: 0"), "\(audit.output)")
            let rows = try await Command.run(
                arguments: arguments + ["--csv"], environment: Self.environment
            ).output.split(separator: "\n").map {
                $0.split(separator: ",", omittingEmptySubsequences: false)
            }
            #expect(rows.count == 31)
            let skews = rows.dropFirst().compactMap { $0.count > 4 ? Int($0[4]) : nil }.sorted()
            // Sent 400 ms after the event; the log has whole milliseconds. A busy machine may read
            // some events late.
            #expect(skews.count == 30 && skews[15] >= 350_000_000, "\(skews)")

            // Another secret: nothing is accepted, every reply is missing.
            let stranger = try await Command.run(
                arguments: arguments, environment: ["FIN_WEBHOOK_SECRET": "another"])
            #expect(stranger.status == 1 && stranger.output.contains("without a webhook: 30"))
        }

        /// How many replies' webhooks the simulator knows to have been taken.
        private static func replyCount(in truth: String) -> Int {
            guard let rows = try? CSVTable(path: truth).rows else { return 0 }
            return rows.count { $0["event"] == "fin_replied" && $0["answer"] == "200" }
        }

        @Test("a line that is none is refused with its number")
        func wrong() async throws {
            let folder = try TemporaryFolder()
            let run = try await TestRun(TestProfile(simulator: ["think: 20ms"]))
            let log = try folder.write("log.jsonl", "{\"body_base64\":\"e30=\"}\n")
            let audit = try await Command.run(
                arguments: ["audit", run.directory, "--deliveries", log],
                environment: Self.environment)
            #expect(audit.status == 64)
            #expect(audit.errors.contains("line 1: received_at_ms is missing or no time"))
        }
    }
}
