public import FinMeasure
private import Subprocess
private import SystemPackage

/// One of the processes among which a run is divided: this same program, with a slice of the plan.
///
/// It runs in its own session, so that a terminal's Ctrl-C reaches only us, and ends its work when its
/// standard input closes, so that it cannot outlive us.
public enum WorkerProcess {
    /// How a worker came to its end.
    public struct Ended: Sendable {
        /// Its exit status; nil when a signal ended it.
        public var status: Int32?
        /// The signal that ended it; nil when none did.
        public var signal: Int32?
        /// What it wrote to standard error.
        public var lastWords: String

        /// An end of which only words are known.
        ///
        /// - Parameter lastWords: lines for a person; the last one counts.
        public init(lastWords: String) { self.lastWords = lastWords }
    }

    /// A line that tells of an interval: some histograms.
    private static let lineLimit = 16 << 20

    /// Runs a worker to its end.
    ///
    /// - Parameters:
    ///   - executable: this program's own path.
    ///   - arguments: for it.
    ///   - orders: lines for its standard input, which closes with the last of them: the worker then
    ///     ends what it does.
    ///   - dismissed: ends when no order will follow.
    ///   - grace: how long it may take from then, reading its orders included; then it is killed.
    ///   - heard: called for each line of its standard output.
    /// - Throws: the system's refusal to start it.
    public static func run(
        executable: String, arguments: [String], orders: AsyncStream<String>,
        dismissed: AsyncStream<Void>, grace: Nanoseconds,
        heard: @escaping @Sendable (String) -> Void
    ) async throws -> Ended {
        var options = PlatformOptions()
        options.createSession = true
        let ended = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments),
            platformOptions: options, input: .inputWriter, output: .sequence,
            error: .string(limit: 64 * 1024)
        ) { child in
            let ordering = Task {
                for await order in orders {
                    // A refusal means that the child is gone, which its output shows below.
                    _ = try? await child.standardInputWriter.write(order)
                }
                try? await child.standardInputWriter.finish()
            }
            let ending = Task {
                for await _ in dismissed {}
                try? await Task.sleep(for: .nanoseconds(grace.count))
                if !Task.isCancelled { try? child.send(signal: .kill) }
            }
            let lines = child.standardOutput.strings(bufferingPolicy: .maxLineLength(lineLimit))
            let heardAll: Result<Void, any Error>
            do {
                for try await line in lines {
                    for part in line.split(whereSeparator: \.isNewline) { heard(String(part)) }
                }
                heardAll = .success(())
            } catch {
                // Nobody hears it any more.
                try? child.send(signal: .kill)
                heardAll = .failure(error)
            }
            for task in [ordering, ending] {
                task.cancel()
                await task.value
            }
            try heardAll.get()
        }
        var result = Ended(lastWords: ended.standardError)
        switch ended.terminationStatus {
        case .exited(let status): result.status = status
        case .signaled(let signal): result.signal = signal
        }
        return result
    }
}
