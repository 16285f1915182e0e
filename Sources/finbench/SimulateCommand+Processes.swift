import FinDrive
import FinLoop
import Foundation

extension SimulateCommand {
    /// Runs one child for each address until a signal comes, the input ends, or a child dies.
    func serveMany() async throws {
        guard (2...200).contains(processes), host == "127.0.0.1", advertise == nil else {
            throw Complaint(
                .usage,
                "--processes \"\(processes)\" must be 1 to 200, without --host and --advertise: "
                    + "each process has its own loopback address")
        }
        let mailbox = try Mailbox<DriveRequest>()
        let signals = EndSignals { mailbox.post(.interrupt) }
        defer { signals.stop() }
        if untilEOF { endWithInput { mailbox.post(.interrupt) } }
        try await serve(process: 0, port: port, mailbox: mailbox)
    }

    /// Starts a child, then, beside it, the rest; the last one waits for the end.
    private func serve(
        process: Int, port: Int, mailbox: Mailbox<DriveRequest>
    ) async throws {
        let outcome = try await SimulatorProcess.with(
            executable: try EmbeddedSimulator.executable(),
            arguments: arguments(process: process, port: port), settings: "", mailbox: mailbox
        ) { url in
            Terminal.say(url)
            // The first child chose the port; the others take it on their own addresses.
            let chosen = Address(url: url)?.port ?? port
            if process + 1 < processes {
                try await serve(process: process + 1, port: chosen, mailbox: mailbox)
            } else {
                while mailbox.drain().isEmpty { try await Task.sleep(for: .milliseconds(100)) }
            }
        }
        if let words = outcome.lastWords {
            throw Complaint(.host, "simulator process \(process) ended: \(words)")
        }
    }

    private func arguments(process: Int, port: Int) -> [String] {
        var made = ["simulate", "--until-eof", "--host", "127.0.0.\(process + 1)"]
        made += ["--port", "\(port)"]
        if let profile { made += ["--profile", profile] }
        for text in overrides { made += ["--set", text] }
        if let apiKeyVariable { made += ["--api-key-env", apiKeyVariable] }
        if let truth { made += ["--truth", process == 0 ? truth : "\(truth).\(process)"] }
        if remoteWebhooks { made.append("--remote-webhooks") }
        if let webhookTruth {
            made += ["--webhook-truth", process == 0 ? webhookTruth : "\(webhookTruth).\(process)"]
        }
        if let hitlTruth {
            made += ["--hitl-truth", process == 0 ? hitlTruth : "\(hitlTruth).\(process)"]
        }
        return made
    }
}
