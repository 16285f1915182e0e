import Foundation
import Glibc
import Testing

/// A program at work, with its output in files: no pipe can fill up and hold it.
final class Command {
    /// What came of a program.
    struct Result: Sendable {
        /// The exit status; for a program ended by a signal, that signal's number, negated.
        var status: Int32
        var output: String
        var errors: String
        /// From its start to its end.
        var seconds: Double
        /// Where it ran.
        var folder: TemporaryFolder

        /// Lines of the error output that hold something.
        var errorLines: [Substring] {
            errors.split(separator: "\n").filter { !$0.allSatisfy(\.isWhitespace) }
        }
    }

    /// The command under test: SwiftPM puts it beside the test bundle.
    static let finbench = URL(fileURLWithPath: CommandLine.arguments[0])
        .deletingLastPathComponent().appendingPathComponent("finbench").path

    /// Held while a child is started.
    ///
    /// Foundation closes in a new child what it finds open just before: a descriptor that another
    /// lane opens meanwhile is inherited, and holds open what tells of that other child's end.
    static let spawning = NSLock()

    private let process = Process()
    private let folder: TemporaryFolder
    private let clock = ContinuousClock()
    private let begin: ContinuousClock.Instant

    /// Starts a program with the caller's environment and some more.
    init(
        _ program: String = finbench, arguments: [String], environment: [String: String] = [:]
    ) throws {
        folder = try TemporaryFolder()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder.path)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try folder.sink("stdout")
        process.standardError = try folder.sink("stderr")
        begin = clock.now
        try process.start()
    }

    /// Starts a program and waits for it.
    static func run(
        _ program: String = finbench, arguments: [String], environment: [String: String] = [:]
    ) async throws -> Result {
        try await Command(
            program, arguments: arguments, environment: environment
        ).result()
    }

    var identifier: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }

    /// The first complete line of its output so far; nil while there is none.
    var firstLine: String? {
        guard let output = try? text("\(folder.path)/stdout"), output.contains("\n") else {
            return nil
        }
        return output.split(separator: "\n").first.map(String.init)
    }

    /// Its output so far.
    var output: String { (try? text("\(folder.path)/stdout")) ?? "" }

    /// Its errors so far.
    var errors: String { (try? text("\(folder.path)/stderr")) ?? "" }

    func signal(_ number: Int32) { kill(identifier, number) }

    /// Waits for the end; a program that takes longer than the limit is killed: a failure.
    func result(within limit: Duration = .seconds(150)) async throws -> Result {
        if await !wait(within: limit, until: { !process.isRunning }) {
            Issue.record("\(process.arguments ?? []) still ran after \(limit)")
            signal(SIGKILL)
            process.waitUntilExit()
        }
        let isSignal = process.terminationReason == .uncaughtSignal
        return Result(
            status: isSignal ? -process.terminationStatus : process.terminationStatus,
            output: try text("\(folder.path)/stdout"), errors: try text("\(folder.path)/stderr"),
            seconds: (clock.now - begin) / .seconds(1), folder: folder)
    }
}

extension Process {
    /// Starts it, while nobody else starts one.
    func start() throws { try Command.spawning.withLock { try run() } }
}

/// Looks every 10 ms whether something holds; false when it did not within the limit.
func wait(within limit: Duration, until isSo: () throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
        if try isSo() { return true }
        // A test that was cancelled waits no more.
        guard (try? await Task.sleep(for: .milliseconds(10))) != nil else { break }
    }
    return try isSo()
}
