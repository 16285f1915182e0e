import Dispatch
import Foundation
import HotPathKit

/// The peers in Python, each a small script in a process of its own, over the same input.
struct PythonPeers {
    /// What one script said; its one line of JSON.
    struct Answer: Decodable {
        let peer: String
        let version: String?
        /// Why there is no figure.
        let absent: String?
        let nanoseconds_per_item: Double?
        /// Items whose result was as expected.
        let right: Int?
    }

    /// A peer's row.
    struct Row {
        let name: String
        let input: String
        let item: String
        /// The path of finbench's beside it.
        let rival: Path.ID
        /// Its nanoseconds an item, or why there are none.
        let figure: Result<Double, Absence>
    }

    struct Absence: Error { let reason: String }

    private let folder: URL
    private let seconds: Double
    private static let scripts = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Peers")

    /// Writes the inputs into a new folder, which `end()` removes.
    init(_ events: EventCorpus, _ signatures: SignatureCorpus, isBrief: Bool) throws {
        seconds = isBrief ? 0.2 : 2
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("hotpaths-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(events.bytes).write(to: folder.appendingPathComponent("events.txt"))
        let lines = signatures.lines.joined(separator: "\n")
        try Data(lines.utf8).write(to: folder.appendingPathComponent("signatures.txt"))
        eventCount = events.eventEnds.count
        signatureCount = signatures.count
    }

    private let eventCount: Int
    private let signatureCount: Int

    /// Asks every peer.
    func rows() -> [Row] {
        let cache = "replies in cache"
        return [
            row("python hmac", "hmac", "600 B bodies", "check", "verify.600", signatureCount),
            row("python json", "json", "events in cache", "event", "scan", eventCount),
            row("httpx-sse", "httpx_sse", cache, "event", "cache.parser", eventCount),
            row("sseclient-py", "sseclient", cache, "event", "cache.parser", eventCount),
        ]
    }

    /// Removes the inputs.
    func end() throws { try FileManager.default.removeItem(at: folder) }

    private func row(
        _ name: String, _ script: String, _ input: String, _ item: String, _ rival: Path.ID,
        _ expected: Int
    ) -> Row {
        let file = item == "check" ? "signatures.txt" : "events.txt"
        let figure = Result<Double, Absence> { () throws(Absence) in
            let answer = try ask(script + "_peer.py", folder.appendingPathComponent(file).path)
            if let reason = answer.absent { throw Absence(reason: reason) }
            guard let nanoseconds = answer.nanoseconds_per_item, let right = answer.right else {
                throw Absence(reason: "\(script)_peer.py gave no figure")
            }
            guard right == expected else {
                throw Absence(reason: "found \(right) of \(expected): its time says nothing")
            }
            return nanoseconds
        }
        return Row(name: name, input: input, item: item, rival: rival, figure: figure)
    }

    /// Runs one script for a while and reads its line.
    private func ask(_ script: String, _ input: String) throws(Absence) -> Answer {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let path = PythonPeers.scripts.appendingPathComponent(script).path
        process.arguments = ["python3", path, input, String(seconds)]
        let output = Pipe()
        process.standardOutput = output
        do { try process.run() } catch { throw Absence(reason: "no python3: \(error)") }
        // A minute is far more than any of them takes.
        let end = DispatchWorkItem { process.terminate() }
        DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: end)
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        end.cancel()
        // env's own answer when it finds no such command.
        if process.terminationStatus == 127 { throw Absence(reason: "no python3 on the PATH") }
        guard process.terminationStatus == 0 else {
            throw Absence(reason: "python3 \(script) ended with \(process.terminationStatus)")
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: data) else {
            throw Absence(reason: "\(script) did not answer with one line of JSON")
        }
        return answer
    }
}
