import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinWebhooks

/// The receiver of a run's webhooks: what it accepts goes into the load thread's mailbox here.
struct RunReceiver: Sendable {
    /// A receiver that listens.
    struct Open: Sendable {
        /// Where a sender on this machine reaches it.
        var url: String
        /// What the sender signs with.
        var secret: String
        /// What the sender of standard topics signs with; nil where none are taken.
        var topicSecret: String?
        /// What the run is told of it.
        var settings: WebhookSettings
    }

    private let plan: RunPlan
    private let mailbox: Mailbox<DriveRequest>
    private let secret: String
    private let previousSecret: String?
    private let topicSecret: String?

    /// Reads the secrets; nil for a run none of whose events come by webhook.
    ///
    /// The embedded simulator signs with secrets that are made for this run and stand nowhere.
    /// - Throws: `Complaint`, exit status 64, when a variable is missing or empty.
    init?(plan: RunPlan, mailbox: Mailbox<DriveRequest>) throws {
        let (profile, hooks) = (plan.profile, plan.profile.webhooks)
        guard profile.hasReceiver else { return nil }
        self.plan = plan
        self.mailbox = mailbox
        guard profile.target != nil else {
            secret = WebhookSecret.throwaway()
            previousSecret = nil
            topicSecret = WebhookSecret.throwaway()
            return
        }
        // Nobody has the throwaway: what Fin itself sends is then refused.
        secret =
            try hooks.secretVariable.map {
                try WebhookSecret.read($0, flag: "webhooks.secret_env")
            } ?? WebhookSecret.throwaway()
        previousSecret = try hooks.previousSecretVariable.map {
            try WebhookSecret.read($0, flag: "webhooks.previous_secret_env")
        }
        topicSecret = try hooks.topicSecretVariable.map {
            try WebhookSecret.read($0, flag: "webhooks.topic_secret_env")
        }
    }

    /// Listens while `body` works.
    ///
    /// - Throws: what `body` throws; `Complaint`, exit status 71, when the address cannot be bound.
    func serve<Result: Sendable>(
        _ body: @escaping @Sendable (Open) async throws -> Result
    ) async throws -> Result {
        let conversations = RunConversations(plan: plan)
        let mailbox = mailbox
        let receiver = WebhookReceiver(options(conversations)) { receipt in
            mailbox.post(
                .webhook(
                    WebhookArrival(
                        event: receipt.event, received: receipt.received,
                        isDuplicate: receipt.isDuplicate)))
        }
        let settings = WebhookSettings(
            conversations: conversations, counts: { RunDocument.Webhooks(receiver.counts) })
        let (ready, isListening) = AsyncStream.makeStream(of: String.self)
        let serving = Task {
            defer { isListening.finish() }
            try await receiver.run { isListening.yield($0) }
        }
        defer { serving.cancel() }
        var urls = ready.makeAsyncIterator()
        guard let url = await urls.next() else { throw await RunReceiver.refusal(serving) }
        let open = Open(
            url: url + path, secret: secret, topicSecret: topicSecret, settings: settings)
        announce(open.url)
        return try await body(open)
    }

    private var path: String { plan.profile.webhooks.path ?? "/" }

    private func options(_ conversations: RunConversations) -> ReceiverOptions {
        var options = ReceiverOptions(secret: secret, previousSecret: previousSecret)
        options.host = plan.profile.webhooks.listen.host
        options.port = plan.profile.webhooks.listen.port
        options.path = plan.profile.webhooks.path
        options.topicSecret = topicSecret
        options.isOurs = { conversations.contains($0) }
        options.onTopic = { [mailbox] in RunReceiver.take($0, mailbox) }
        return options
    }

    /// Hands a human's question on; other topics are counted, no more.
    private static func take(
        _ notification: TopicNotification, _ mailbox: Mailbox<DriveRequest>
    ) {
        guard notification.topic == HITLQuestion.topic else { return }
        mailbox.post(
            .question(HITLQuestion(body: notification.body, received: notification.received)))
    }

    /// Who sends from elsewhere must be told where to.
    private func announce(_ url: String) {
        guard plan.profile.target != nil else { return }
        Terminal.note("finbench: webhooks are received at \(url)")
    }

    private static func refusal(_ serving: Task<Void, any Error>) async -> any Error {
        do {
            try await serving.value
            return Complaint(.software, "the webhook receiver ended before it began")
        } catch let error as ReceiverError {
            return Complaint(.host, "webhooks.listen \(error.description)")
        } catch { return error }
    }
}

extension RunDocument.Webhooks {
    /// What a receiver has counted.
    init(_ counts: ReceiverCounts) {
        func count(_ verdicts: DeliveryVerdict...) -> Int {
            verdicts.reduce(0) { $0 + Int(clamping: counts.verdicts[$1] ?? 0) }
        }
        self.init()
        received = Int(clamping: counts.total)
        accepted = count(.accepted)
        reordered = Int(clamping: counts.reordered)
        duplicate = count(.duplicate)
        foreign = count(.foreign)
        unreadable = count(.unreadable)
        unsigned = count(.unsigned)
        badSignature = count(.badSignature)
        oversized = count(.oversized)
        misdirected = count(.wrongMethod, .wrongPath)
        topics = count(.topic)
    }
}
