import ArgumentParser
import FinLoop
import FinMeasure
import FinProfile
import FinWebhooks
import Foundation

/// `finbench webhooks verify`: signature checks per second and core, beside libcrypto.
struct WebhooksVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Time the check of webhook signatures, beside libcrypto, on this machine.",
        discussion: """
            Bodies and secrets are generated from the seed, more than the second-level cache holds, \
            in a shuffled order; or they are recorded deliveries: a file with a line \
            {"signature":"sha256=…","body_base64":"…"} each, and the secret in an environment \
            variable. Beside generated ones the user_hash of users' ids is checked. In the same \
            rounds libcrypto's one-shot HMAC() and the SHA-256 compressions alone are timed. Nothing \
            is sent. Every verdict is checked: a wrong one ends in 70.
            """)

    @Option(help: "Body sizes in bytes, 16 to 16777216, joined by commas.")
    var size: String?
    @Option(help: "A file of recorded deliveries instead; needs --secret-env.")
    var bodies: String?
    @Option(
        name: .customLong("secret-env"),
        help: "The environment variable with the signing secret of the recorded deliveries.")
    var secretVariable: String?
    @Option(help: "How long to measure, all rows together.") var duration = "5s"
    @Option(help: "Thread counts, joined by commas; 1 and all processors when not given.")
    var threads: String?
    @Option(help: "Shares of the deliveries' classes (valid=80%,wrong=10%,malformed=10%).")
    var mix: String?
    @Option(help: "The seed of bodies, secrets and order; a new one when not given.")
    var seed: UInt64?
    @Option(help: "The directory for the results.") var output: String?
    @Option(help: "Live progress: auto, tty, plain, none.") var progress = Progress.Style.auto

    private static let usualSizes = "256,600,1024,4096,16384,65536"
    private static let sizes = 16...16_777_216
    private static let threadCounts = 1...256
    private static let shortest = Nanoseconds.milliseconds(10)

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try await command.work() }
    }

    private func work() async throws -> Int32 {
        let seed = seed ?? UInt64.random(in: 1...999_999_999)
        let threads = try parsedThreads()
        let duration = try parsedDuration()
        let input = try input(seed: seed)
        for note in input.notes { Terminal.note("finbench: note: \(note)") }
        let schedule = VerifySchedule(
            corpora: input.corpora, threads: threads, duration: duration)
        let unix = Clock.unixNanoseconds()
        let directory =
            output ?? ResultsDirectory.fresh("webhooks-verify", unixNanoseconds: unix)
        let run = VerifyRun(
            schedule: schedule, input: input, seed: seed, directory: directory, style: progress)
        return try await run.perform()
    }

    // MARK: - options

    private func input(seed: UInt64) throws -> VerifyInput {
        guard let bodies else {
            if secretVariable != nil {
                throw Complaint(
                    .usage, "--secret-env needs --bodies FILE: generated deliveries have secrets")
            }
            let mix = try mix.map { try DeliveryMix($0) } ?? .usual
            return VerifyInput(
                sizes: try numbers(size ?? Self.usualSizes, flag: "--size", within: Self.sizes),
                mix: mix, seed: seed)
        }
        if let flag = size.map({ _ in "--size" }) ?? mix.map({ _ in "--mix" }) {
            throw Complaint(.usage, "\(flag) and --bodies exclude each other: drop one of them")
        }
        guard let secretVariable else {
            throw Complaint(
                .usage,
                "--bodies needs --secret-env NAME: the environment variable with the signing secret"
            )
        }
        guard EnvironmentName.accepts(secretVariable) else {
            throw Complaint(.usage, "--secret-env \(EnvironmentName.refusal)")
        }
        let secret = ProcessInfo.processInfo.environment[secretVariable] ?? ""
        if secret.isEmpty {
            throw Complaint(
                .usage,
                "--secret-env names \"\(secretVariable)\", which is missing or empty; set it")
        }
        return VerifyInput(
            try RecordedDeliveries(path: bodies, secret: secret, seed: seed), path: bodies)
    }

    private func parsedDuration() throws -> Nanoseconds {
        let parsed: Nanoseconds
        do throws(FlagValue.Refusal) { parsed = try FlagValue.duration(duration) } catch {
            throw Complaint(.usage, "--duration \"\(duration)\" \(error.words)")
        }
        guard parsed >= Self.shortest else {
            throw Complaint(
                .usage, "--duration \"\(duration)\" must be at least 10ms: ask for more")
        }
        return parsed
    }

    private func parsedThreads() throws -> [Int] {
        if let threads {
            return try numbers(threads, flag: "--threads", within: Self.threadCounts)
        }
        let all = ProcessInfo.processInfo.activeProcessorCount
        return all > 1 ? [1, all] : [1]
    }

    /// Whole numbers joined by commas, each once, in the order in which they stand.
    private func numbers(
        _ text: String, flag: String, within range: ClosedRange<Int>
    ) throws -> [Int] {
        var made: [Int] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = Int(part), range.contains(number), !made.contains(number) else {
                throw Complaint(
                    .usage,
                    "\(flag) \"\(text)\": \"\(part)\" must be a whole number from "
                        + "\(range.lowerBound) to \(range.upperBound), each once")
            }
            made.append(number)
        }
        return made
    }
}
