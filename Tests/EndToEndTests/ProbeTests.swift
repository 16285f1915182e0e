import Foundation
import Glibc
import Testing

/// A probe by the command, and what it said.
struct TestProbe: Sendable {
    let result: Command.Result

    /// Short waits: nothing is measured here.
    static let quick = [
        "conversation.think_time=20ms", "simulator.think=30ms", "simulator.chunks.count=3",
        "simulator.chunks.interval=10ms", "simulator.keep_alive=0s",
    ]

    init(_ result: Command.Result) { self.result = result }

    /// Probes the embedded simulator or a target.
    init(
        _ arguments: [String] = [], set: [String] = [], environment: [String: String] = [:]
    ) async throws {
        result = try await Command.run(
            arguments: TestProbe.arguments(arguments, set: set), environment: environment)
    }

    static func arguments(_ arguments: [String], set: [String]) -> [String] {
        ["probe"] + arguments + (quick + set).flatMap { ["--set", $0] }
    }

    /// What was found of a subject, with how it is known; lines joined again.
    subscript(_ subject: String) -> String {
        var words: [Substring] = []
        var isMine = false
        let lines = result.output.components(separatedBy: "\nfound\n").last ?? ""
        for line in lines.split(separator: "\n") {
            if !line.hasPrefix("   ") { isMine = line.hasPrefix("  \(subject) ") }
            if isMine { words += line.split(separator: " ") }
        }
        return words.dropFirst(subject.split(separator: " ").count).joined(separator: " ")
    }

    /// What to show beside a failed expectation.
    var words: Comment {
        "exit \(result.status), stderr: \(result.errors), stdout: \(result.output)"
    }
}

/// A simulator that stays until it is told to go.
struct TestSimulator {
    private let command: Command
    let url: String

    init(set: [String] = [], environment: [String: String] = [:], keyVariable: String? = nil)
        async throws
    {
        let key = keyVariable.map { ["--api-key-env", $0] } ?? []
        let settings = (TestProbe.quick + set).filter { $0.hasPrefix("simulator.") }
        let command = try Command(
            arguments: ["simulate"] + settings.flatMap { ["--set", $0] } + key,
            environment: environment)
        self.command = command
        _ = await wait(within: .seconds(60)) { command.firstLine != nil || !command.isRunning }
        url = try #require(command.firstLine)
    }

    func stop() async throws {
        command.signal(SIGTERM)
        _ = try await command.result(within: .seconds(60))
    }
}

extension EndToEndUntimed {
    @Suite("a probe of the simulator")
    struct ProbeTests {
        static let framings = ["plain", "named", "enveloped"]
        static let versions = ["2.14", "2.15", "2.16", "Preview"]

        @Test("names framing, version and done signal, in every combination", arguments: framings)
        func combinations(framing: String) async throws {
            let simulator = try await TestSimulator(set: [
                "simulator.framing=\(framing)", "simulator.rate_limit=1000/10s",
                // Time to subscribe: what a reply's stream had said before is not seen again.
                "simulator.think=1s",
            ])
            let url = simulator.url
            try await together(Self.versions) { version in
                let probe = try await TestProbe(
                    ["--target", url, "--turns", "2"], set: ["target.version=\(version)"])
                Self.expect(probe, framing, version)
                try Self.expectClockHere(probe)
            }
            try await simulator.stop()
        }

        private static func expect(_ probe: TestProbe, _ framing: String, _ version: String) {
            let isOld = version < "2.16"
            #expect(probe.result.status == 0, probe.words)
            #expect(probe["framing"].hasPrefix("\(framing):"), probe.words)
            let likeness = isOld ? "2.14 or 2.15" : "2.16 or Preview"
            #expect(probe["version"].hasPrefix("asked \(version); behaves like \(likeness)"))
            #expect(probe["version"].contains("alike, as asked") || !isOld)
            #expect(!probe["version"].contains("not as asked"), probe.words)
            let done =
                isOld ? "the stream's close" : "event fin_status_updated awaiting_user_reply"
            #expect(probe["done signal"].hasPrefix(done), probe.words)
            #expect(probe["streaming"].hasPrefix("yes: 6 chunks in 2 streams"), probe.words)
            #expect(probe["event ids"].hasPrefix("none") == (framing == "plain"), probe.words)
            #expect(probe["token"].hasPrefix("lives 180 s"), probe.words)
            #expect(probe["rewind"].hasPrefix("stream 1: rewind=2m; stream 2: no rewind"))
            #expect(probe["rate limit"].hasPrefix("1,000 calls a window"), probe.words)
            #expect(probe["rate limit"].contains("about 6,000 a minute"), probe.words)
            #expect(probe["unknown"].hasPrefix("no event, no status, no field"), probe.words)
            #expect(probe["integrity"].hasPrefix("nothing odd"), probe.words)
            // Two turns over one connection to each host.
            #expect(probe["POST path"].contains("2: connection reused"), probe.words)
        }

        /// The simulator reads this machine's clock: zero lies in the interval.
        private static func expectClockHere(_ probe: TestProbe) throws {
            let words = probe["clock offset"]
            let inner = try #require(words.split(separator: "[").last?.split(separator: "]").first)
            let bounds = inner.split(separator: ",").map { bound in
                bound.split(separator: " ").first.flatMap { Double($0) } ?? .nan
            }
            #expect(bounds.count == 2 && bounds[0] <= 0 && bounds[1] >= 0, probe.words)
        }

        @Test("without a target the embedded simulator is probed, within the width of a terminal")
        func embedded() async throws {
            let probe = try await TestProbe()
            #expect(probe.result.status == 0, probe.words)
            #expect(probe.result.errors.isEmpty, probe.words)
            #expect(probe.result.output.contains("(simulated)"), probe.words)
            let found = probe.result.output.components(separatedBy: "\nfound\n").last ?? ""
            #expect(found.split(separator: "\n").allSatisfy { $0.count <= 80 }, probe.words)
        }

        /// A setting of the simulator, the exit status, and how a finding must begin.
        private static let specials: [(String, Int32, String, String)] = [
            ("streaming=none", 0, "streaming", "none: no chunk came"),
            ("omit_stream_url=true", 0, "streaming", "not granted"),
            ("omit_stream_url=true", 0, "version", "asked 2.16; behaves like 2.17"),
            ("outcomes.escalated=100%", 0, "done signal", "event fin_status_updated escalated"),
            ("parts=2", 0, "streaming", "yes: 3 chunks in 1 stream (2 fin_replied parts: 1"),
            ("faults.http_429=100%", 69, "rate limit", "167 calls a window, 0 left"),
            ("faults.cut=100%", 69, "done signal", "none: closed_before_done"),
        ]

        @Test("names what is special")
        func everySpecial() async throws {
            try await together(Self.specials) { setting, status, subject, found in
                let probe = try await TestProbe(set: ["simulator.\(setting)"])
                #expect(probe.result.status == status, probe.words)
                #expect(probe[subject].hasPrefix(found), probe.words)
            }
        }

        @Test("keepalive comments are counted")
        func keepAlives() async throws {
            let probe = try await TestProbe(
                set: ["simulator.think=1s", "simulator.keep_alive=50ms"])
            #expect(probe.result.status == 0, probe.words)
            let count = probe["keepalives"].split(separator: " ").first.flatMap { Int($0) }
            #expect((2...25).contains(count ?? 0), probe.words)
        }

        @Test("a refused key is one message and exit 69; the right one is shown nowhere")
        func keys() async throws {
            let key = "canary-key-77120"
            let simulator = try await TestSimulator(
                environment: ["E2E_SIM_KEY": key], keyVariable: "E2E_SIM_KEY")
            let target = ["--target", simulator.url]
            let set = ["target.api_key_env=E2E_KEY"]
            let refused = try await TestProbe(
                target, set: set, environment: ["E2E_KEY": "canary-key-other"])
            RefusalTests.expectRefusal(refused.result, saying: "401", "unauthorized", "key")
            let taken = try await TestProbe(target, set: set, environment: ["E2E_KEY": key])
            #expect(taken.result.status == 0, taken.words)
            for probe in [refused, taken] {
                #expect(!(probe.result.output + probe.result.errors).contains("canary"))
            }
            try await simulator.stop()
        }

        @Test(
            "wrong use is one message and exit 64",
            arguments: [
                (["--turns", "0"], "--turns"), (["--set", "x"], "KEY=VALUE"),
                (["--target", "http://192.0.2.1:9"], "--live"),
                (["--region", "eu"], "--live"), (["no-such-profile.yaml"], "no-such-profile.yaml"),
            ])
        func usage(arguments: [String], words: String) async throws {
            let result = try await Command.run(arguments: ["probe"] + arguments)
            let probe = TestProbe(result)
            #expect(result.status == 64, probe.words)
            #expect(result.errorLines.count == 1, probe.words)
            #expect(result.errors.contains(words), probe.words)
            #expect(result.output.isEmpty, probe.words)
        }
    }
}
