import ArgumentParser
import FinLoop
import FinMeasure
import FinProfile
import FinWebhooks
import Foundation

/// `finbench webhooks send`: signed webhooks at the user's own endpoint, on a plan.
struct WebhooksSendCommand: AsyncParsableCommand {
    enum Arrivals: String, ExpressibleByArgument, CaseIterable, Sendable {
        case constant, poisson
    }

    static let configuration = CommandConfiguration(
        commandName: "send",
        abstract: "Send signed webhooks to an endpoint and judge how it treats them.",
        discussion: """
            Deliveries start on a plan that is drawn before; answer times are counted from that plan \
            and from the sending. A valid, replayed or reordered delivery must be answered with 2xx, \
            a tampered or unsigned one with 4xx, a huge one (over 1 MiB) with 2xx or 413, each within \
            5 s as Intercom waits. Ids begin with "finbench-". The signing secret is in the \
            environment variable FIN_WEBHOOK_SECRET, or in the one that --secret-env names.

            Exit status: 0 every class was treated right; 1 one was not; 2 a class of the mix was \
            never sent; 64 usage; 69 unreachable; 130 interrupted.
            """)

    @Option(help: "The endpoint's URL.") var to: String
    @Option(help: "Deliveries per time, such as 100/s.") var rate = "100/s"
    @Option(help: "How deliveries are spaced: constant or poisson.") var arrivals = Arrivals
        .constant
    @Option(help: "How long to send; 10s when neither this nor --count is given.")
    var duration: String?
    @Option(help: "How many to send, in place of --duration.") var count: Int?
    @Option(
        help: """
            Shares of the classes (valid=90% and 2% each of tampered, unsigned, replayed, reordered \
            and huge when not given).
            """)
    var mix: String?
    @Flag(help: "Send topic webhooks, signed in X-Hub-Signature, in place of Fin's.")
    var topic = false
    @Option(
        name: .customLong("secret-env"), help: "The environment variable with the signing secret.")
    var secretVariable = WebhookSecret.usualVariable
    @Option(help: "The seed of plan and bodies; a new one when not given.") var seed: UInt64?
    @Flag(help: "Allow an endpoint that is not this machine.") var live = false
    @Option(name: .customLong("ca-file"), help: "A PEM file with the authorities to trust.")
    var authorities: String?
    @Option(help: "The directory for the results.") var output: String?
    @Option(help: "Live progress: auto, tty, plain, none.") var progress = Progress.Style.auto

    private static let countLimit = 10_000_000
    private static let timeout = Nanoseconds.seconds(5)

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try await command.work() }
    }

    private func work() async throws -> Int32 {
        let address = try checkedAddress()
        let secret = try WebhookSecret.read(secretVariable, flag: "--secret-env")
        let seed = seed ?? UInt64.random(in: 1...999_999_999)
        let rate = try parsedRate()
        let mix = try mix.map { try SendMix($0) } ?? .usual
        let plan = SendPlan(
            arrivals: try arrivalPlan(rate: rate, seed: seed), mix: mix, seed: seed)
        guard plan.count > 0 else {
            throw Complaint(
                .usage, "--rate \"\(self.rate)\" gives no delivery in that time: ask for more")
        }
        var options = SenderOptions(url: to, secret: secret)
        options.isTopic = topic
        options.timeout = Self.timeout
        options.caFile = authorities
        options.openLimit = openLimit(rate: rate, count: plan.count)
        do throws(LoopError) { options.resolved = try address.resolved() } catch {
            throw Complaint(
                .unreachable, "the host \"\(address.host)\" of --to has no address; check the name")
        }
        let directory =
            output
            ?? ResultsDirectory.fresh("webhooks-send", unixNanoseconds: Clock.unixNanoseconds())
        let run = SendRun(
            plan: plan, options: options, mix: mix, directory: directory, style: progress)
        return try await run.perform()
    }

    // MARK: - options

    private func checkedAddress() throws -> Address {
        guard let address = Address(url: to) else {
            throw Complaint(.usage, "--to must be an http or https URL with a host")
        }
        if !live, !address.isLoopback {
            throw Complaint(
                .usage,
                "the endpoint \"\(address.host)\" is not this machine: what is sent may look like "
                    + "real events to it; add --live if that is meant")
        }
        return address
    }

    private func parsedRate() throws -> Double {
        let parsed: Double
        do throws(FlagValue.Refusal) { parsed = try FlagValue.rate(rate) } catch {
            throw Complaint(.usage, "--rate \"\(rate)\" \(error.words)")
        }
        guard parsed > 0 else { throw Complaint(.usage, "--rate \"\(rate)\" must be above 0") }
        return parsed
    }

    private func arrivalPlan(rate: Double, seed: UInt64) throws -> ArrivalPlan {
        if duration != nil, count != nil {
            throw Complaint(.usage, "--duration and --count exclude each other: drop one of them")
        }
        if let count, !(1...Self.countLimit).contains(count) {
            throw Complaint(.usage, "--count \"\(count)\" must be 1 to \(Self.countLimit)")
        }
        let length = try parsedDuration(rate: rate)
        guard rate * length.seconds <= Double(2 * Self.countLimit + 100) else {
            throw Complaint(
                .usage,
                "\(self.rate) for that long is more than \(Self.countLimit) deliveries: "
                    + "send less")
        }
        let curve = RateCurve([.init(startRate: rate, endRate: rate, length: length)])
        switch arrivals {
        case .constant: return .constant(curve, limit: count)
        case .poisson: return .poisson(curve, seed: seed, limit: count)
        }
    }

    private func parsedDuration(rate: Double) throws -> Nanoseconds {
        // Twice as long as that many need: the limit ends it, also where chance is slow.
        if let count { return Nanoseconds(seconds: (2 * Double(count) + 50) / rate) }
        let text = duration ?? "10s"
        do throws(FlagValue.Refusal) { return try FlagValue.duration(text) } catch {
            throw Complaint(.usage, "--duration \"\(text)\" \(error.words)")
        }
    }

    /// Enough that an endpoint which answers nothing is met on plan until the first time-outs, up to
    /// what one thread carries; libcurl's cost per request grows with the open ones.
    private func openLimit(rate: Double, count: Int) -> Int {
        let files = Host.raiseFileLimit()
        let wanted = Int((rate * Self.timeout.seconds * 1.25).rounded(.up)) + 64
        return max(1, min(wanted, count, files - 64, 1024))
    }
}
