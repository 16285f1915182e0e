import FinProfile
import Foundation

/// How `run` starts this same program as the simulator.
enum EmbeddedSimulator {
    /// This program's own file.
    static func executable() throws -> String {
        let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        guard let path else {
            throw Complaint(.host, "/proc/self/exe cannot be read; mount /proc or name a target")
        }
        return path
    }

    /// The child's arguments; its settings come as one line of its standard input.
    static func arguments(truth: String) -> [String] {
        ["simulate", "--embedded", "--truth", truth]
    }

    /// The settings as one line of JSON.
    static func line(_ settings: SimulatorSettings) throws -> String {
        String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    }

    /// Reads that line back.
    static func settings(line: String) throws -> SimulatorSettings {
        do {
            return try JSONDecoder().decode(SimulatorSettings.self, from: Data(line.utf8))
        } catch {
            throw Complaint(.software, "the embedded simulator got settings it cannot read")
        }
    }
}
