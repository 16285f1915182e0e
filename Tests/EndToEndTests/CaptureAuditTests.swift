import Foundation
import Glibc
import Testing

extension EndToEnd {
    @Suite(
        "a run held against a packet capture",
        .enabled(if: Tool.path("tcpdump") != nil && geteuid() == 0, "needs tcpdump and root"))
    struct CaptureAuditTests {
        @Test("every event is found, near its packet; a capture of cut packets is refused")
        func audit() async throws {
            // An address of its own: the machine's other traffic is not captured.
            let server = try await SimulatorServer([], ["--host", "127.0.77.1"])
            let folder = try TemporaryFolder()
            let captures = [
                try await Capture("\(folder.path)/whole.pcap", snapLength: 0),
                try await Capture("\(folder.path)/cut.pcap", snapLength: 96),
            ]
            var profile = TestProfile(server, isMetered: false)
            profile.turns = "2"
            profile.load = ["arrivals: constant", "rate: 50/s", "conversations: 30", "drain: 8s"]
            let run = try await TestRun(profile.patient)
            try await server.stop()
            await Capture.settle(captures)
            for capture in captures { try await capture.stop() }
            // 3: a busy machine makes the run invalid, and its events are to be found all the same.
            #expect([0, 3].contains(run.result.status), run.words)
            let audit = try await Command.run(
                arguments: ["audit", run.directory, "--pcap", captures[0].path, "--csv"])
            #expect(audit.status == 0, "stderr: \(audit.errors), stdout: \(audit.output)")
            let table = CSVTable(text: audit.output)
            let rows = table.rows.filter { !$0["subject"].isEmpty }
            #expect(rows.map { $0["subject"] } == ["first_chunk", "first_replied", "done"])
            let turns = try run.turns
            for row in rows {
                // What a busy machine subscribed to too late has no instant to compare.
                let seen = turns.rows.count { !$0[row["subject"] + "_ns"].isEmpty }
                let found = try #require(row.integer("n"))
                #expect(found > 20 && found <= seen, "\(found) of \(seen)")
                // Both are the kernel's stamps of one packet, on two clocks.
                let middle = try #require(row.integer("p50_ns"))
                #expect(abs(middle) < 200_000, "\(row["subject"]): p50 \(middle) ns")
            }
            let each = try await Command.run(
                arguments: ["audit", run.directory, "--pcap", captures[0].path, "--each"])
            let pairs = CSVTable(text: each.output).rows.filter {
                !$0["conversation_id"].isEmpty
            }
            #expect(pairs.count == rows.reduce(0) { $0 + ($1.integer("n") ?? 0) })
            for pair in pairs.prefix(10) {
                let seen = try #require(pair.integer("seen_ns"))
                let packet = try #require(pair.integer("packet_ns"))
                #expect(pair.integer("difference_ns") == seen - packet)
            }
            let other = try await TestRun(TestProfile(simulator: ["seed: 7"]).patient)
            let empty = try await Command.run(
                arguments: ["audit", other.directory, "--pcap", captures[0].path])
            #expect(
                empty.status == 1 && empty.output.contains("no event of the run"),
                "\(empty.status) \(empty.output) \(empty.errors)")
            let cut = try await Command.run(
                arguments: ["audit", run.directory, "--pcap", captures[1].path])
            #expect(cut.status == 64, "stdout: \(cut.output)")
            #expect(cut.errorLines.count == 1 && cut.errors.contains("-s 0"), "\(cut.errors)")
        }
    }
}

/// tcpdump at work on the loopback device.
private struct Capture {
    let path: String
    private let command: Command

    init(_ path: String, snapLength: Int) async throws {
        self.path = path
        command = try Command(
            try #require(Tool.path("tcpdump")),
            arguments: [
                "-i", "lo", "-s", "\(snapLength)", "-B", "16384", "--immediate-mode",
                "--time-stamp-precision=nano", "-n", "-U", "-Z", "root", "-w", path,
                "tcp and host 127.0.77.1",
            ])
        let isUp = await wait(within: .seconds(60)) { FileManager.default.fileExists(atPath: path) }
        try #require(isUp, "tcpdump did not begin")
    }

    /// How long its file is by now.
    private var size: UInt64 {
        let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        return (try? file?.seekToEnd()) ?? 0
    }

    /// Waits until no file has grown for two seconds: tcpdump may be behind.
    static func settle(_ captures: [Capture]) async {
        var sizes: [UInt64] = []
        var since = ContinuousClock.now
        _ = await wait(within: .seconds(60)) {
            let found = captures.map(\.size)
            if found != sizes { (sizes, since) = (found, ContinuousClock.now) }
            return ContinuousClock.now - since >= .seconds(2)
        }
    }

    /// Every packet is in the file as soon as it is seen; SIGINT may be blocked in a test's children.
    func stop() async throws {
        command.signal(SIGKILL)
        _ = try await command.result(within: .seconds(60))
    }
}
