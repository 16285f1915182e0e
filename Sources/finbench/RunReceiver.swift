import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinWebhooks

/// The receiver of a run's webhooks: its secrets, where it listens, and who gets what it accepts.
struct RunReceiver: Sendable {
    /// Where a sender on this machine reaches it.
    struct Door: Sendable {
        var url: String
        /// What the sender signs with.
        var secret: String
        /// What the sender of standard topics signs with; nil where none are taken.
        var topicSecret: String?
    }

    /// Where a run's webhooks come from.
    struct Source: Sendable {
        /// For the embedded simulator; nil where others send.
        var door: Door?
        /// What the load is told of it.
        var settings: WebhookSettings
    }

    /// Who gets what is accepted, on the receiver's thread.
    struct Taker: Sendable {
        var isOurs: ReceiverOptions.Selection
        var receipt: @Sendable (WebhookArrival) -> Void
        /// A human's question; nil for one that cannot be read.
        var question: @Sendable (TopicNotification, HITLQuestion?) -> Void
    }

    private let profile: Profile
    private let secret: String
    private let previousSecret: String?
    private let topicSecret: String?

    /// Reads the secrets; nil for a run none of whose events come by webhook.
    ///
    /// The embedded simulator signs with secrets that are made for this run and stand nowhere.
    /// - Throws: `Complaint`, exit status 64, when a variable is missing or empty.
    init?(_ profile: Profile) throws {
        let hooks = profile.webhooks
        guard profile.hasReceiver else { return nil }
        self.profile = profile
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

    /// Listens while `body` works for a load in this process: what is accepted goes into its mailbox.
    ///
    /// - Throws: what `body` throws; `Complaint`, exit status 71, when the address cannot be bound.
    func serve<Value: Sendable>(
        _ plan: RunPlan, _ mailbox: Mailbox<DriveRequest>, _ services: RunServices,
        _ body: @escaping @Sendable (Source) async throws -> Value
    ) async throws -> Value {
        let conversations = RunConversations(plan: plan)
        let taker = Taker(
            isOurs: { conversations.contains($0) },
            receipt: { mailbox.post(.webhook($0)) },
            question: { mailbox.post(.question($1)) })
        return try await serve(taker, services) { door, counts in
            try await body(
                Source(
                    door: door,
                    settings: WebhookSettings(conversations: conversations, counts: counts)))
        }
    }

    /// Listens while `body` works; it gets the way in, and what was counted up to now.
    ///
    /// - Throws: what `body` throws; `Complaint`, exit status 71, when the address cannot be bound.
    func serve<Value: Sendable>(
        _ taker: Taker, _ services: RunServices,
        _ body:
            @escaping @Sendable (Door, @escaping @Sendable () -> RunDocument.Webhooks) async throws
            -> Value
    ) async throws -> Value {
        let receiver = WebhookReceiver(options(taker)) { receipt in
            taker.receipt(
                WebhookArrival(
                    event: receipt.event, received: receipt.received,
                    isDuplicate: receipt.isDuplicate))
        }
        let (secret, topicSecret) = (secret, topicSecret)
        return try await services.serve(
            "the webhook receiver", setting: "webhooks.listen",
            { try await receiver.run(onReady: $0) },
            body: { url in
                let door = Door(url: url + path, secret: secret, topicSecret: topicSecret)
                announce(door.url)
                return try await body(door) { RunDocument.Webhooks(receiver.counts) }
            })
    }

    private var path: String { profile.webhooks.path ?? "/" }

    private func options(_ taker: Taker) -> ReceiverOptions {
        var options = ReceiverOptions(secret: secret, previousSecret: previousSecret)
        options.host = profile.webhooks.listen.host
        options.port = profile.webhooks.listen.port
        options.path = profile.webhooks.path
        options.topicSecret = topicSecret
        options.onTopic = { notification in
            // Other topics are counted, no more.
            guard notification.topic == HITLQuestion.topic else { return }
            taker.question(
                notification,
                HITLQuestion(body: notification.body, received: notification.received))
        }
        options.isOurs = taker.isOurs
        return options
    }

    /// Who sends from elsewhere must be told where to.
    private func announce(_ url: String) {
        guard profile.target != nil else { return }
        Terminal.note("finbench: webhooks are received at \(url)")
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
