import ArgumentParser
import FinLoop
import FinMeasure
import FinProfile
import FinWebhooks
import Foundation

/// `finbench webhooks receive`: takes Fin's webhooks, verifies and counts them.
struct WebhooksReceiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "receive",
        abstract: "Receive Fin's webhooks: verify, answer 200, 401 or 413, and count them.",
        discussion: """
            The first line printed is the URL; any path is taken. It ends with exit status 0 on \
            Ctrl-C, SIGTERM or after --duration, and prints what came. The signing secret is in the \
            environment variable FIN_WEBHOOK_SECRET, or in the one that --secret-env names.

            --record FILE writes each delivery as a line \
            {"received_at_ms":…,"signature":"sha256=…","body_base64":"…"}. With --anonymise texts \
            become filler and ids pseudonyms of the same length, and the bodies are signed anew with \
            a throwaway secret, which is written to FILE.secret alone:

              FIN_HOOKS=$(cat FILE.secret) finbench webhooks verify --bodies FILE --secret-env FIN_HOOKS
            """)

    @Option(help: "The port; 0 takes a free one.") var port = 0
    @Option(help: "The address to listen on.") var host = "127.0.0.1"
    @Option(
        name: .customLong("secret-env"), help: "The environment variable with the signing secret.")
    var secretVariable = WebhookSecret.usualVariable
    @Option(
        name: .customLong("previous-secret-env"),
        help: "The environment variable with a second valid secret, during a rotation.")
    var previousVariable: String?
    @Option(help: "End after so long; without it, on Ctrl-C.") var duration: String?
    @Option(help: "A new file for the deliveries; needs one of the two flags below.")
    var record: String?
    @Flag(help: "Record no customer's text: filler, pseudonyms, a throwaway secret.")
    var anonymise = false
    @Flag(help: "Record deliveries as they come, with what customers wrote.")
    var recordCustomerData = false
    @Option(help: "Live progress: auto, tty, plain, none.") var progress = Progress.Style.auto

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try await command.work() }
    }

    private func work() async throws -> Int32 {
        var options = try receiverOptions()
        options.host = host
        options.port = port
        let duration = try parsedDuration()
        let recorder = try makeRecorder()
        if let recorder { options.onDelivery = { recorder.add($0) } }
        _ = Host.raiseFileLimit()
        let counts = try await serve(options, duration: duration)
        Terminal.say(ReceiverTable.text(counts))
        if let recorder { Terminal.say(try words(recorder)) }
        return Exit.success.rawValue
    }

    private func serve(
        _ options: ReceiverOptions, duration: Nanoseconds?
    ) async throws -> ReceiverCounts {
        let receiver = WebhookReceiver(options) { _ in }
        let line = ProgressLine(progress)
        let serving = Task { try await receiver.run { Terminal.say($0) } }
        let signals = EndSignals { serving.cancel() }
        defer { signals.stop() }
        let ticking = Task {
            for second in 1... {
                try await Task.sleep(for: .seconds(1))
                line.show(ReceiverTable.line(receiver.counts, second: second))
            }
        }
        let ending = Task {
            guard let duration else { return }
            try await Task.sleep(for: .nanoseconds(duration.count))
            serving.cancel()
        }
        let result = await serving.result
        ticking.cancel()
        ending.cancel()
        line.finish()
        do { try result.get() } catch let error as ReceiverError {
            throw Complaint(.host, error.description)
        }
        return receiver.counts
    }

    // MARK: - options

    private func receiverOptions() throws -> ReceiverOptions {
        let secret = try WebhookSecret.read(secretVariable, flag: "--secret-env")
        let previous = try previousVariable.map {
            try WebhookSecret.read($0, flag: "--previous-secret-env")
        }
        return ReceiverOptions(secret: secret, previousSecret: previous)
    }

    private func parsedDuration() throws -> Nanoseconds? {
        guard let duration else { return nil }
        do throws(FlagValue.Refusal) { return try FlagValue.duration(duration) } catch {
            throw Complaint(.usage, "--duration \"\(duration)\" \(error.words)")
        }
    }

    /// Customer text on a disk must be asked for by name: forgetting a flag must not do it.
    private func makeRecorder() throws -> DeliveryRecorder? {
        guard let record else {
            if anonymise || recordCustomerData {
                throw Complaint(
                    .usage, "--anonymise and --record-customer-data need --record FILE")
            }
            return nil
        }
        guard anonymise != recordCustomerData else {
            throw Complaint(
                .usage,
                "--record needs either --anonymise or --record-customer-data: as they come, "
                    + "deliveries hold what customers wrote")
        }
        if recordCustomerData {
            Terminal.note(
                "finbench: note: \"\(record)\" will hold what customers wrote; keep it safe")
            return try DeliveryRecorder(path: record, throwawaySecret: nil)
        }
        let secret = WebhookSecret.throwaway()
        let recorder = try DeliveryRecorder(path: record, throwawaySecret: secret)
        try DeliveryRecorder.keep(secret: secret, path: record + ".secret")
        return recorder
    }

    private func words(_ recorder: DeliveryRecorder) throws -> String {
        let count: Int
        do throws(WebhookError) { count = try recorder.finish() } catch {
            throw Complaint(.host, error.description)
        }
        let path = record ?? ""
        if recordCustomerData {
            return "\(path)   \(count) deliveries as they came: they hold what customers wrote"
        }
        return "\(path)   \(count) deliveries without customer text   next: FIN_HOOKS=$(cat "
            + "\(path).secret) finbench webhooks verify --bodies \(path) --secret-env FIN_HOOKS"
    }
}

/// What a receiver counted, for a person.
enum ReceiverTable {
    static func text(_ counts: ReceiverCounts) -> String {
        func count(_ verdict: DeliveryVerdict) -> String { "\(counts.verdicts[verdict] ?? 0)" }
        let rows: [[String]] = [
            ["webhooks received", "\(counts.total)", ""],
            ["accepted", count(.accepted), "200"],
            ["  of them reordered", "\(counts.reordered)", ""],
            ["duplicate", count(.duplicate), "200"], ["unsigned", count(.unsigned), "401"],
            ["bad signature", count(.badSignature), "401"],
            ["oversized", count(.oversized), "413"], ["unreadable", count(.unreadable), "200"],
            ["foreign", count(.foreign), "200"], ["wrong method", count(.wrongMethod), "405"],
        ]
        return TextTable.text([["", "count", "answer"]] + rows)
    }

    static func line(_ counts: ReceiverCounts, second: Int) -> String {
        let refused = (counts.verdicts[.unsigned] ?? 0) + (counts.verdicts[.badSignature] ?? 0)
        return "webhooks receive  \(second) s  \(counts.total) received, "
            + "\(counts.verdicts[.accepted] ?? 0) accepted, \(counts.verdicts[.duplicate] ?? 0) "
            + "duplicate, \(refused) refused"
    }
}
