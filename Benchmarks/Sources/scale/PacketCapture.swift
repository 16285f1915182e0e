import Foundation

/// tcpdump on the loopback device, for as long as this lives.
final class PacketCapture {
    private let path: String
    private let process = Process()
    private let output = Pipe()

    /// Starts it; waits until it says that it listens.
    ///
    /// Not in immediate mode: its ring then has a slot of 64 kB for each packet, however small, and on
    /// a busy machine a thousand packets are too few to wait for tcpdump. The kernel stamps them all
    /// the same.
    /// - Throws: `Failure` with its last words where it does not.
    init(to path: String) throws {
        self.path = path
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "tcpdump", "-i", "lo", "-s", "0", "--time-stamp-precision=nano",
            "-B", "65536",  // KiB: some seconds of such a run
            "-Z", "root", "-w", path, "tcp",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = output
        try process.run()
        try listen()
    }

    deinit { end() }

    private func listen() throws {
        var said = Data()
        while !String(decoding: said, as: UTF8.self).contains("listening on") {
            guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty
            else {
                let words = String(decoding: said, as: UTF8.self)
                throw Failure("tcpdump did not begin: \(words.split(separator: "\n").last ?? "")")
            }
            said.append(byte)
        }
    }

    /// Ends it when its file has stopped to grow; answers how many packets the kernel dropped.
    func stop() throws -> Int {
        try settle()
        end()
        let words = String(
            decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        guard let found = words.firstMatch(of: /([0-9]+) packets? dropped by kernel/),
            let dropped = Int(found.1)
        else { throw Failure("tcpdump did not say how many packets were dropped: \(words)") }
        return dropped
    }

    /// tcpdump may be behind; other traffic on the device could keep it busy for ever.
    private func settle() throws {
        var (size, still) = (0, 0)
        for _ in 0..<120 where still < 6 {
            let found = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            (size, still) = (found, found == size ? still + 1 : 0)
            Thread.sleep(forTimeInterval: 0.25)
        }
    }

    private func end() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }
}
