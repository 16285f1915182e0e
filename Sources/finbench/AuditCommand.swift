import ArgumentParser
import FinReport
import FinWebhooks
import Foundation

/// `finbench audit`: a run held against the server's own truth, or a capture of its packets.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Compare a run with the simulator's truth log, or a packet capture.",
        discussion: """
            The truth log is what `finbench simulate --truth FILE` wrote; an embedded simulator \
            leaves it in the run's directory as truth.csv. Exit status 1: not every turn is in both, an \
            event of one that ended well is not, or one looks otherwise than the fault that the server \
            gave it demands.

            With --pcap the run is held against a capture of this machine's packets, event by event: \
            start "tcpdump -i lo -s 0 -B 65536 -w FILE --time-stamp-precision=nano" before the run, \
            and end it two seconds after. It must be plain HTTP/1.1, and its packets whole. With --each \
            there is a row for each event beside its packet. Exit status 1: an event of a turn that \
            ended well is not in the capture, or none is.

            With --deliveries the run is held against the log of your own webhook receiver, a line \
            {"received_at_ms":…,"signature":…,"body_base64":…} for each delivery. Exit status 1: a \
            reply of the stream has no webhook.
            """)

    @Argument(help: "The run's directory.") var run: String
    @Option(help: "The truth log; truth.csv of the run's directory when not given.")
    var truth: String?
    @Option(help: "A packet capture, pcap or pcapng.") var pcap: String?
    @Option(help: "The log of a webhook receiver, lines of JSON.") var deliveries: String?
    @Option(name: .customLong("secret-env"), help: "With --deliveries: where the secret is.")
    var secretVariable = WebhookSecret.usualVariable
    @Option(
        name: .customLong("previous-secret-env"),
        help: "With --deliveries: where a second valid secret is.") var previousVariable: String?
    @Flag(help: "Print the errors of arrival, or the skew of each turn, as CSV.") var csv = false
    @Flag(help: "With --pcap: print each event beside its packet as CSV.") var each = false
    @Flag(help: "Print the table of faults as CSV.") var faultsCSV = false

    func validate() throws {
        if pcap != nil && (truth != nil || faultsCSV || (csv && each)) {
            throw ValidationError("--pcap stands alone, or with one of --csv and --each")
        }
        if pcap == nil && each { throw ValidationError("--each needs --pcap FILE") }
        if deliveries != nil && (truth != nil || faultsCSV || pcap != nil) {
            throw ValidationError("--deliveries stands alone, or with --csv")
        }
    }

    mutating func run() async throws {
        let (directory, isCSV, isFaultsCSV, isEach) = (run, csv, faultsCSV, each)
        let path = truth ?? "\(directory)/truth.csv"
        let command = self
        if let deliveries {
            return try await Terminal.guarding { try command.join(deliveries) }
        }
        if let pcap {
            return try await Terminal.guarding {
                let audit = try CaptureAudit(directory: directory, capturePath: pcap)
                Terminal.say(isEach ? audit.eachCSV : isCSV ? audit.csv : audit.text)
                return audit.isComplete ? Exit.success.rawValue : 1
            }
        }
        try await Terminal.guarding {
            let audit = try TruthAudit(directory: directory, truthPath: path)
            if isCSV { Terminal.say(audit.csv) }
            if isFaultsCSV { Terminal.say(audit.faultCSV) }
            if !isCSV && !isFaultsCSV { Terminal.say(audit.text) }
            return audit.isComplete && audit.agrees ? Exit.success.rawValue : 1
        }
    }

    private func join(_ deliveries: String) throws -> Int32 {
        var audit = try DeliveryAudit(directory: run)
        let ours = audit.conversations
        let log = try DeliveryLog(
            path: deliveries,
            secret: try WebhookSecret.read(secretVariable, flag: "--secret-env"),
            previousSecret: try previousVariable.map {
                try WebhookSecret.read($0, flag: "--previous-secret-env")
            }, isOurs: { ours.contains($0) })
        audit.join(
            log.replies.map {
                .init(conversation: $0.conversation, created: $0.created, received: $0.received)
            })
        Terminal.say(csv ? audit.csv : ReceiverTable.text(log.counts) + "\n\n" + audit.text)
        return audit.missing.isEmpty ? Exit.success.rawValue : 1
    }
}
