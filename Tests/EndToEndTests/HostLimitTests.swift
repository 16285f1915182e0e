import Foundation
import Glibc
import Testing

extension EndToEndUntimed {
    @Suite("a host that gives no more")
    struct HostLimitTests {
        @Test("an empty messages file is one message and exit 64, before anything is sent")
        func messages() async throws {
            let folder = try TemporaryFolder()
            let file = try folder.write("questions.jsonl", "\n")
            var profile = TestProfile(simulator: ["think: 10ms"])
            profile.messages = "{file: \(file)}"
            let run = try await TestRun(profile)
            #expect(run.result.status == 64, run.words)
            #expect(run.result.errorLines.count == 1, run.words)
            #expect(
                run.result.errors.contains("has no messages: write one question a line"), run.words)
            #expect(run.result.errors.contains("questions.jsonl"), run.words)
            #expect(!FileManager.default.fileExists(atPath: run.directory))
        }

        private static var profile: TestProfile {
            var profile = TestProfile(simulator: [
                "think: 10ms", "chunks: {count: 2, interval: 5ms}",
            ])
            profile.load = ["arrivals: constant", "rate: 100/s", "duration: 20s", "drain: 8s"]
            return profile
        }

        /// One message, exit 71, an early end; and what was written is a run that can be read.
        private static func expectFull(_ result: Command.Result, _ directory: String) async throws {
            let words: Comment = "stderr: \(result.errors), stdout: \(result.output)"
            #expect(result.status == 71, words)
            #expect(result.errorLines.count == 1, words)
            #expect(result.errors.contains("could not be written"), words)
            #expect(result.errors.contains(directory), words)
            #expect(result.seconds < 25, words)
            let copy = try TemporaryFolder()
            for name in try FileManager.default.contentsOfDirectory(atPath: directory) {
                try FileManager.default.copyItem(
                    atPath: "\(directory)/\(name)", toPath: "\(copy.path)/\(name)")
            }
            let report = try await Command.run(arguments: ["report", copy.path])
            #expect([0, 2, 3].contains(report.status), "stderr: \(report.errors) \(report.output)")
            #expect(report.output.contains("done "), "\(report.output)")
        }

        @Test("files that may not grow end the run with 71; what was measured is kept")
        func fileSize() async throws {
            let folder = try TemporaryFolder()
            let path = try folder.write("profile.yaml", profile.text)
            let directory = "\(folder.path)/run"
            // 512 bytes a block; the signal that comes with the limit is ignored: an error is left.
            let script = "trap '' XFSZ; ulimit -f 60; exec \"$@\""
            let result = try await Command.run(
                "/bin/sh",
                arguments: [
                    "-c", script, "sh", Command.finbench, "run", path, "--output", directory,
                    "--progress", "none",
                ])
            try await Self.expectFull(result, directory)
        }

        private var profile: TestProfile { Self.profile }

        @Test(
            "a full disk ends the run with 71; what was measured is kept",
            .enabled(if: Disk.canMount, "needs root and tmpfs"))
        func disk() async throws {
            let disk = try await Disk(kilobytes: 256)
            let folder = try TemporaryFolder()
            let path = try folder.write("profile.yaml", profile.text)
            let directory = "\(disk.path)/run"
            let result = try await Command.run(
                arguments: ["run", path, "--output", directory, "--progress", "none"])
            try await Self.expectFull(result, directory)
            // A disk that is full before the run begins: nothing is sent.
            let again = try await Command.run(
                arguments: ["run", path, "--output", "\(disk.path)/more", "--progress", "none"])
            #expect(again.status == 71, "stderr: \(again.errors)")
            #expect(again.errorLines.count == 1, "stderr: \(again.errors)")
            try await disk.unmount()
        }
    }
}

/// A small disk of its own.
struct Disk {
    private let folder: TemporaryFolder
    /// Where it is mounted.
    var path: String { folder.path }

    /// Whether this process may mount.
    static let canMount = geteuid() == 0 && Tool.path("mount") != nil && tryMount()

    private static func tryMount() -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "d=$(mktemp -d) && mount -t tmpfs none $d 2>/dev/null && umount $d && rmdir $d",
        ]
        guard (try? process.start()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    init(kilobytes: Int) async throws {
        folder = try TemporaryFolder()
        let result = try await Command.run(
            try #require(Tool.path("mount")),
            arguments: ["-t", "tmpfs", "-o", "size=\(kilobytes)k", "none", folder.path])
        try #require(result.status == 0, "mount: \(result.errors)")
    }

    /// Takes it away.
    func unmount() async throws {
        let result = try await Command.run(
            try #require(Tool.path("umount")), arguments: [folder.path])
        #expect(result.status == 0, "umount: \(result.errors)")
    }
}
