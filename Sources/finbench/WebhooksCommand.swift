import ArgumentParser

/// `finbench webhooks`: what a webhook endpoint can take.
struct WebhooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhooks",
        abstract: "Measure webhooks: check signatures, receive deliveries, send them.",
        subcommands: [
            WebhooksVerifyCommand.self, WebhooksReceiveCommand.self, WebhooksSendCommand.self,
        ])
}
