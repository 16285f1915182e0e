public import FinLoop
private import Subprocess
private import SystemPackage

/// The embedded simulator in a process of its own: its own descriptors, its own core, its own clock
/// reads, nothing shared with what measures.
///
/// It runs in its own session, so that a terminal's Ctrl-C reaches only us, and ends when its
/// standard input closes, so that it cannot outlive us.
public enum SimulatorProcess {
    /// What a run beside a simulator came to.
    public struct Outcome<Result: Sendable>: Sendable {
        /// What the work came to; nil when the simulator did not even begin.
        public var result: Result?
        /// The child's last words when it ended before the work did; nil when all was well.
        public var lastWords: String?
        /// The child's exit status; nil when a signal ended it.
        public var status: Int32?
    }

    /// Starts a simulator, works with it, ends it.
    ///
    /// - Parameters:
    ///   - executable: the command that knows `simulate`: this program's own path.
    ///   - arguments: for it; it must print its base URL as its first line.
    ///   - settings: one line for its standard input.
    ///   - mailbox: gets an abort when the child dies in the middle.
    ///   - body: works with the base URL.
    /// - Throws: what `body` throws, or the system's refusal to start the child.
    public static func with<Result: Sendable>(
        executable: String, arguments: [String], settings: String,
        mailbox: Mailbox<DriveRequest>, body: @escaping @Sendable (String) async throws -> Result
    ) async throws -> Outcome<Result> {
        var options = PlatformOptions()
        options.createSession = true
        let ended = try await Subprocess.run(
            .path(FilePath(executable)), arguments: Arguments(arguments),
            platformOptions: options, input: .inputWriter, output: .sequence,
            error: .string(limit: 64 * 1024)
        ) { child -> (result: Result?, isEarly: Bool) in
            _ = try await child.standardInputWriter.write(settings + "\n")
            var lines = child.standardOutput.strings().makeAsyncIterator()
            guard let line = try await lines.next(),
                let url = line.split(whereSeparator: \.isNewline).first.map(String.init)
            else { return (nil, true) }
            let isOver = Flag()
            let work = Task { try await body(url) }
            let closing = Task {
                _ = await work.result
                isOver.raise()
                // A refusal means that the child is gone already, which its output shows below.
                try? await child.standardInputWriter.finish()
            }
            while try await lines.next() != nil {}
            let isEarly = !isOver.isRaised
            if isEarly { mailbox.post(.abort("the embedded simulator ended")) }
            await closing.value
            return (try await work.value, isEarly)
        }
        let (result, isEarly) = ended.closureResult
        var outcome = Outcome(
            result: result, lastWords: isEarly ? ended.standardError : nil)
        if case .exited(let status) = ended.terminationStatus { outcome.status = status }
        return outcome
    }
}
