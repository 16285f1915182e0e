import Foundation
import Glibc
import Testing

extension EndToEndUntimed {
    @Suite("webhooks send and receive")
    struct WebhooksSendTests {
        private static let secret = "a-signing-secret-of-this-test"
        private static let environment = ["FIN_WEBHOOK_SECRET": secret]

        /// A receiver at work.
        struct Receiver {
            let command: Command
            let url: String

            init(_ options: [String] = []) async throws {
                let command = try Command(
                    arguments: ["webhooks", "receive", "--progress", "none"] + options,
                    environment: environment)
                _ = await wait(within: .seconds(60)) {
                    command.firstLine != nil || !command.isRunning
                }
                self.command = command
                url = try #require(command.firstLine, "the receiver did not print its address")
            }

            /// Ends it; its counts by the words of its table.
            func stop() async throws -> (result: Command.Result, counts: [String: Int]) {
                command.signal(SIGINT)
                let result = try await command.result(within: .seconds(60))
                var counts: [String: Int] = [:]
                for line in result.output.split(separator: "\n") {
                    let words = line.split(separator: " ")
                    guard let place = words.firstIndex(where: { Int($0) != nil }) else { continue }
                    let name = words[..<place].joined(separator: " ")
                    counts[name] = Int(words[place])
                }
                return (result, counts)
            }
        }

        private static func send(
            _ options: [String], in folder: TemporaryFolder,
            environment: [String: String] = environment
        ) throws -> Command {
            try Command(
                arguments: ["webhooks", "send", "--output", "\(folder.path)/out"] + options
                    + ["--progress", "none"], environment: environment)
        }

        private func table(_ folder: TemporaryFolder) throws -> [CSVTable.Row] {
            try CSVTable(path: "\(folder.path)/out/webhooks.csv").rows
        }

        @Test("what is sent is what is counted, class by class, on both sides")
        func exact() async throws {
            let folder = try TemporaryFolder()
            let receiver = try await Receiver()
            let mix = "valid=94%,tampered=1%,unsigned=1%,replayed=1%,reordered=2%,huge=1%"
            let sending = try Self.send(
                ["--to", receiver.url + "/hook", "--count", "1500", "--rate", "1000/s"]
                    + ["--arrivals", "poisson", "--mix", mix], in: folder)
            let sent = try await sending.result()
            #expect(sent.status == 0, "\(sent.errors) \(sent.output)")
            let (received, counts) = try await receiver.stop()
            #expect(received.status == 0, "stderr: \(received.errors)")
            let rows = try table(folder).filter { $0["anchor"] == "planned" }
            func number(_ kind: String, _ column: String = "sent") throws -> Int {
                let row = try #require(rows.first { $0["class"] == kind }, "\(kind)")
                return Int(try #require(row.number(column)))
            }
            let all = try rows.reduce(0) { try $0 + Int(#require($1.number("sent"))) }
            #expect(all == 1500 && counts["webhooks received"] == 1500)
            let (valid, late) = (try number("valid"), try number("reordered"))
            #expect(counts["accepted"] == valid + late)
            #expect(counts["of them reordered"] == late)
            #expect(counts["duplicate"] == (try number("replayed")))
            #expect(counts["bad signature"] == (try number("tampered")))
            #expect(counts["unsigned"] == (try number("unsigned")))
            #expect(counts["oversized"] == (try number("huge")))
            #expect(counts["unreadable"] == 0 && counts["foreign"] == 0)
            #expect(try number("tampered", "refused") == number("tampered"))
            #expect(sent.output.contains("RIGHT: every class was treated as it must be"))
        }

        @Test("a receiver that stands still shows from planned, not only for those it was sent")
        func stalled() async throws {
            let folder = try TemporaryFolder()
            let receiver = try await Receiver()
            let sending = try Self.send(
                [
                    "--to", receiver.url, "--duration", "3s", "--rate", "200/s", "--mix",
                    "valid=100%",
                ],
                in: folder)
            try await Task.sleep(for: .milliseconds(1000))
            receiver.command.signal(SIGSTOP)
            try await Task.sleep(for: .milliseconds(1000))
            try #require(sending.isRunning, "the sender had ended before the receiver went on")
            receiver.command.signal(SIGCONT)
            let sent = try await sending.result()
            #expect(sent.status == 0, "\(sent.errors) \(sent.output)")
            let rows = try table(folder)
            let planned = try #require(rows.first { $0["anchor"] == "planned" })
            // A second of three stands still: a third of the deliveries wait, half a second on average.
            #expect(try #require(planned.number("p90_ms")) >= 300)
            #expect(try #require(planned.number("max_ms")) >= 900)
            #expect(planned["sent"] == "600" && planned["accepted"] == "600")
            _ = try await receiver.stop()
        }

        @Test("an endpoint that refuses what is valid is exit 1, one that is not there 69")
        func wrongEndpoint() async throws {
            let folder = try TemporaryFolder()
            let receiver = try await Receiver()
            let options = ["--to", receiver.url, "--count", "30", "--rate", "500/s"]
            let other = try await Self.send(
                options + ["--mix", "valid=100%"], in: folder,
                environment: ["FIN_WEBHOOK_SECRET": "another"]
            ).result()
            #expect(other.status == 1, "\(other.errors) \(other.output)")
            #expect(other.output.contains("WRONG: valid"))
            let topic = try await Self.send(
                options + ["--topic", "--mix", "valid=50%,unsigned=50%"], in: folder
            ).result()
            #expect(topic.status == 1, "a Fin receiver must not take topics")
            let (_, counts) = try await receiver.stop()
            #expect(counts["bad signature"] == 30 && counts["unsigned"] == 30)
            let gone = try await Self.send(options, in: folder).result()
            #expect(gone.status == 69, "\(gone.errors)")
            #expect(gone.errorLines.count == 1, "\(gone.errors)")
        }

        @Test("Ctrl-C ends it with 130, and its file is whole")
        func interrupted() async throws {
            let folder = try TemporaryFolder()
            let receiver = try await Receiver()
            let sending = try Self.send(
                ["--to", receiver.url, "--duration", "30s", "--mix", "valid=100%"], in: folder)
            try await Task.sleep(for: .milliseconds(800))
            sending.signal(SIGINT)
            let sent = try await sending.result(within: .seconds(20))
            #expect(sent.status == 130, "\(sent.errors)")
            let rows = try table(folder)
            #expect(rows.count == 2 && sent.output.contains("STOPPED (interrupted)"))
            _ = try await receiver.stop()
        }

        @Test(
            "a flag that is wrong is exit 64 and one message",
            arguments: [
                ["--to", "nonsense"], ["--to", "http://192.0.2.1/"], ["--rate", "0/s"],
                ["--rate", "5"], ["--count", "0"], ["--count", "1", "--duration", "1s"],
                ["--mix", "valid=1%"], ["--secret-env", "NOT_SET_ANYWHERE"], ["--duration", "1"],
            ])
        func wrong(options: [String]) async throws {
            let folder = try TemporaryFolder()
            let to = options.contains("--to") ? [] : ["--to", "http://127.0.0.1:9/"]
            let result = try await Self.send(to + options, in: folder).result()
            #expect(result.status == 64, "stderr: \(result.errors)")
            #expect(result.errorLines.count == 1, "stderr: \(result.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(folder.path)/out"))
        }

        @Test("a record without its customers can be verified, and holds neither text nor secret")
        func recorded() async throws {
            let folder = try TemporaryFolder()
            let path = "\(folder.path)/hooks.jsonl"
            let receiver = try await Receiver(["--record", path, "--anonymise"])
            let sent = try await Self.send(
                ["--to", receiver.url, "--count", "100", "--rate", "500/s", "--seed", "5"]
                    + ["--mix", "valid=80%,tampered=20%"], in: folder
            ).result()
            #expect(sent.status == 0, "\(sent.errors) \(sent.output)")
            let (received, counts) = try await receiver.stop()
            let secret = try text(path + ".secret").trimmingCharacters(in: .newlines)
            let bodies = try text(path).split(separator: "\n").map { line -> String in
                let field = try #require(line.split(separator: "\"").dropLast().last)
                return String(
                    decoding: try #require(Data(base64Encoded: String(field))), as: UTF8.self)
            }
            #expect(
                bodies.count == 100 && bodies.allSatisfy { $0.hasPrefix("{\"event_name\":\"fin_") })
            #expect(!bodies.contains { $0.contains("finbench") || $0.contains("<p>") })
            for output in [received.output, received.errors, try text(path), sent.output] {
                #expect(!output.contains(Self.secret) && !output.contains(secret))
            }
            for name in [path, path + ".secret"] {
                let found = try FileManager.default.attributesOfItem(atPath: name)
                #expect(found[.posixPermissions] as? Int == 0o600)
            }
            let verified = try await Command.run(
                arguments: ["webhooks", "verify", "--bodies", path, "--secret-env", "HOOKS"]
                    + ["--duration", "50ms", "--threads", "1", "--output", "\(folder.path)/v"],
                environment: ["HOOKS": secret])
            let (right, wrong) = (counts["accepted"] ?? 0, counts["bad signature"] ?? 0)
            #expect(
                verified.errors.contains("\(right) valid and \(wrong) invalid (\(wrong) wrong"),
                "\(verified.errors)")
        }

        @Test("a record of customers must be asked for by name, and never over another file")
        func refusedRecords() async throws {
            let folder = try TemporaryFolder()
            let there = try folder.write("there", "mine")
            for options in [
                ["--record", "\(folder.path)/new"], ["--anonymise"],
                ["--record", there, "--record-customer-data"],
            ] {
                let result = try await Command.run(
                    arguments: ["webhooks", "receive"] + options, environment: Self.environment)
                #expect(result.status == 64, "\(options) \(result.errors)")
            }
            #expect(try text(there) == "mine")
        }
    }
}
