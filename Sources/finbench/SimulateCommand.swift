import ArgumentParser
import FinLoop
import FinProfile
import FinSimulator
import Foundation

/// `finbench simulate`: the simulator alone.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Serve the Fin APIs on this machine, seeded.",
        discussion: """
            The first line printed is the base URL. The simulator ends on Ctrl-C or SIGTERM; with \
            --until-eof also when its standard input closes. With --processes N there are N of them, \
            each on a loopback address of its own (127.0.0.1, 127.0.0.2, …) with its own \
            conversations, and N lines: a client works with one of them.
            """)

    @Option(help: "The address to listen on.") var host = "127.0.0.1"
    @Option(help: "The port; 0 takes a free one.") var port = 0
    @Option(help: "The base URL to name in sse_subscription_url, behind a gateway.")
    var advertise: String?
    @Option(help: "A profile, or a shipped one's name, whose simulator section to follow.")
    var profile: String?
    @Option(name: .customLong("set"), help: "Override a key of the profile: KEY=VALUE.")
    var overrides: [String] = []
    @Option(
        name: .customLong("api-key-env"), help: "The environment variable with the only valid key.")
    var apiKeyVariable: String?
    @Option(help: "A file for the truth log, a line per turn.") var truth: String?
    @Option(help: "A file for the truth of webhooks, a line per attempt.") var webhookTruth: String?
    @Option(help: "A file for the truth of human answers, a line per request.")
    var hitlTruth: String?
    @Flag(help: "Let webhooks go to other machines than this one.") var remoteWebhooks = false
    @Option(help: "Simulators, each a process with a loopback address of its own.")
    var processes = 1
    @Flag(help: "End when standard input closes.") var untilEOF = false
    @Flag(help: .hidden) var embedded = false

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding {
            if command.processes == 1 {
                try await command.serve()
            } else {
                try await command.serveMany()
            }
            return Exit.success.rawValue
        }
    }

    private func serve() async throws {
        _ = Host.raiseFileLimit()
        var options = SimulatorOptions(settings: try settings())
        options.host = host
        options.port = port
        options.advertise = advertise
        options.truthPath = truth
        options.webhookTruthPath = webhookTruth
        options.hitlTruthPath = hitlTruth
        options.allowsRemoteWebhooks = remoteWebhooks
        try fillSecrets(&options.settings)
        try Secrets.fill(&options.settings.helpdesk)
        if let apiKeyVariable {
            guard EnvironmentName.accepts(apiKeyVariable) else {
                throw Complaint(.usage, "--api-key-env \(EnvironmentName.refusal)")
            }
            guard let key = ProcessInfo.processInfo.environment[apiKeyVariable], !key.isEmpty else {
                throw Complaint(
                    .usage, "--api-key-env names \"\(apiKeyVariable)\", which is empty; set it")
            }
            options.apiKey = key
        }
        let simulator = try Simulator(options)
        let serving = Task { try await simulator.run { Terminal.say($0) } }
        let signals = EndSignals { serving.cancel() }
        defer { signals.stop() }
        if embedded || untilEOF { endWithInput { serving.cancel() } }
        try await serving.value
    }

    /// Looks signing secrets up, unless the starting process has handed them over already.
    private func fillSecrets(_ settings: inout SimulatorSettings) throws {
        if let webhooks = settings.webhooks {
            settings.webhooks?.secret = try secret(of: webhooks, "simulator.webhooks")
        }
        if let topics = settings.topicWebhooks?.delivery {
            settings.topicWebhooks?.delivery.secret = try secret(
                of: topics, "simulator.topic_webhooks")
        }
    }

    private func secret(
        of webhooks: SimulatorSettings.Webhooks, _ section: String
    ) throws -> String? {
        guard let variable = webhooks.secretVariable, webhooks.secret == nil else {
            return webhooks.secret
        }
        guard let secret = ProcessInfo.processInfo.environment[variable], !secret.isEmpty else {
            throw Complaint(
                .usage, "\(section).secret_env names \"\(variable)\", which is empty; set it")
        }
        return secret
    }

    private func settings() throws -> SimulatorSettings {
        if embedded {
            guard let line = readLine() else {
                throw Complaint(.software, "the embedded simulator got no settings")
            }
            return try EmbeddedSimulator.settings(line: line)
        }
        let pairs = try overrides.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw Complaint(.usage, "--set \"\(text)\" must have the form KEY=VALUE")
            }
            return (key: String(parts[0]), value: String(parts[1]))
        }
        guard let profile else {
            return try Profile.parse(
                text: Profile.quickstartText, source: "quickstart", overrides: pairs
            ).simulator
        }
        return try Profile.load(path: profile, overrides: pairs).simulator
    }

    /// A thread that waits for the end of standard input: whoever started us is gone.
    func endWithInput(_ end: @escaping @Sendable () -> Void) {
        PlainThread.start(name: "finbench-stdin") {
            while readLine() != nil {}
            end()
        }
    }
}
