import ArgumentParser

/// `finbench webhooks`: what a webhook endpoint can take.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks", abstract: "Measure webhooks: how fast signatures are checked.",
        subcommands: [WebhooksVerifyCommand.self])
}
