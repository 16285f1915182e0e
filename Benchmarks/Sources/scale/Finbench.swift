import Foundation

/// The command itself, which SwiftPM builds beside this program.
enum Finbench {
    /// How a command ended.
    struct Answer {
        var status: Int32
        /// What it said on standard output.
        var words: String
        var seconds: Double
    }

    /// A run's own doubt of its generator: no less a run.
    static let invalid: Int32 = 3

    /// The folder of the package, which has the profiles.
    static let home = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Runs it to its end.
    ///
    /// - Throws: `Failure` with its last words where its status is none of those expected.
    static func run(_ arguments: [String], expecting: Set<Int32> = [0]) throws -> Answer {
        let folder = try TemporaryFolder()
        // A pipe that nobody reads meanwhile could fill.
        let complaints = URL(fileURLWithPath: "\(folder.path)/complaints")
        try Data().write(to: complaints)
        let answer = try run(arguments, complaints: FileHandle(forWritingTo: complaints))
        guard !expecting.contains(answer.status) else { return answer }
        let words = try String(contentsOf: complaints, encoding: .utf8)
        throw Failure(
            "finbench \(arguments.first ?? "") ended with \(answer.status): "
                + (words.split(separator: "\n").last ?? ""))
    }

    private static func run(_ arguments: [String], complaints: FileHandle) throws -> Answer {
        let process = Process()
        let output = Pipe()
        process.executableURL = Programs.folder.appendingPathComponent("finbench")
        process.arguments = arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = complaints
        let begin = ContinuousClock.now
        try process.run()
        let words = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Answer(
            status: process.terminationStatus, words: String(decoding: words, as: UTF8.self),
            seconds: (ContinuousClock.now - begin) / .seconds(1))
    }

    /// What a run thought of itself, as a note of its rows.
    static func note(_ run: Answer) -> String {
        run.status == invalid ? "the run calls itself invalid" : ""
    }
}
