public import FinLoop
public import FinMeasure

/// Where deliveries go and how they are signed.
public struct SenderOptions: Sendable {
    /// The endpoint.
    public var url: String
    /// The signing secret; its UTF-8 bytes are the key.
    public var secret: String
    /// Topic webhooks (`X-Hub-Signature`) in place of Fin's.
    public var isTopic = false
    /// How long an answer may take, from `sent`.
    ///
    /// Intercom waits 5 s.
    public var timeout = Nanoseconds.seconds(5)
    /// Requests open at once, at the most; what is due beyond them waits and keeps its `planned`.
    public var openLimit = 256
    /// A PEM file with the authorities to trust; nil: the system's.
    public var caFile: String?
    /// `host:port:address` of the endpoint's name, looked up once; nil for an address.
    public var resolved: String?

    /// Fin webhooks to a URL under a secret.
    public init(url: String, secret: String) {
        self.url = url
        self.secret = secret
    }
}

/// Fires signed webhooks at an endpoint on a plan, from one thread.
public final class WebhookSender: Sendable {
    let plan: SendPlan
    let options: SenderOptions
    let mailbox: Mailbox<Bool>
    let onProgress: @Sendable (SendProgress) -> Void

    /// - Parameter onProgress: called once a second on the sending thread; must not block.
    /// - Throws: `LoopError` when the kernel refuses a descriptor.
    public init(
        plan: SendPlan, options: SenderOptions,
        onProgress: @escaping @Sendable (SendProgress) -> Void
    ) throws(LoopError) {
        self.plan = plan
        self.options = options
        self.onProgress = onProgress
        mailbox = try Mailbox()
    }

    /// Ends it early: nothing more is sent, what is open is cut.
    public func stop() { mailbox.post(true) }

    /// Sends the whole plan.
    ///
    /// - Throws: `LoopError` when the kernel refuses what the loop needs.
    public func run() async throws -> SendResult {
        try await withCheckedThrowingContinuation { continuation in
            PlainThread.start(name: "finbench-send") {
                continuation.resume(with: Result { try self.work() })
            }
        }
    }

    private func work() throws -> SendResult {
        // A tenth of a second to make tables and the large body in.
        let unix = Clock.unixNanoseconds() + 100_000_000
        let zero = Clock.now() + .milliseconds(100)
        return try SendThread(self, zero: zero, unixZero: unix).run()
    }
}
