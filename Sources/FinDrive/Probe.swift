public import FinLoop
public import FinProfile

/// A probe: one conversation, looked at closely.
public enum Probe {
    /// A URL as it may be shown: no credentials, no query, long path segments only by their length.
    public static func shown(url: String) -> String { ProbeURL(url).place }

    /// Has the plan's first conversation and tells what was seen.
    ///
    /// Blocks no task: the thread is its own, the caller awaits. Neither the lines nor the report
    /// hold a key, a token, an e-mail or the text of a message.
    /// - Parameters:
    ///   - plan: its first conversation is had, the rest of it is not.
    ///   - settings: the target; names are looked up by the probe itself, so that it can time that.
    ///   - mailbox: other threads' requests to stop.
    ///   - say: gets the transcript, line by line, on the probe's thread, while it happens.
    /// - Throws: `LoopError` when the host refuses what a probe needs.
    public static func run(
        plan: RunPlan, settings: DriveSettings, mailbox: Mailbox<DriveRequest>,
        say: @escaping @Sendable (String) -> Void
    ) async throws -> ProbeReport {
        try await withCheckedThrowingContinuation { continuation in
            PlainThread.start(name: "finbench-probe", processor: settings.processor) {
                continuation.resume(
                    with: Result {
                        try ProbeThread(
                            plan: plan, settings: settings, mailbox: mailbox, say: say
                        ).run()
                    })
            }
        }
    }
}
