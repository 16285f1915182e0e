internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import NIOCore

/// Posts notifications of topics to their subscriber; lives on the event loop.
///
/// Each goes its own way: the documentation promises no order between two of them.
final class TopicSender {
    /// A notification and where it stands.
    private final class Letter {
        let delivery: WebhookDelivery
        var notification: TopicNotification
        let made: Instant
        /// Answers that call for a repetition; 429 is none of them.
        var failures = 0
        /// Told when its first attempt was written.
        var onWritten: (Instant) -> Void = { _ in }
        /// Goes out when this one was answered.
        var follower: WebhookDelivery?

        init(_ delivery: WebhookDelivery, _ notification: TopicNotification, made: Instant) {
            self.delivery = delivery
            self.notification = notification
            self.made = made
        }
    }

    /// A held notification leaves after so long, even if no other one came.
    private static let holdLimit = TimeAmount.seconds(1)

    private let settings: SimulatorSettings.Webhooks
    private let seed: UInt64
    private let appID: String
    private let key: [UInt8]
    private let pool: WebhookPool
    private let loop: any EventLoop
    private let timers: Timers
    private let truth: TruthLog?
    private var rules: TopicRules
    private var letters: [ObjectIdentifier: Letter] = [:]
    /// Waits for the next one, to go behind it.
    private var held: WebhookDelivery?

    /// The sender that the options ask for; nil if they ask for none.
    static func make(
        _ options: SimulatorOptions, _ loop: any EventLoop, _ timers: Timers, _ truth: TruthLog?
    ) throws(SimulatorError) -> TopicSender? {
        guard let settings = options.settings.topicWebhooks, let url = settings.delivery.url,
            let secret = settings.delivery.secret
        else { return nil }
        let address = try WebhookAddress(url, mayBeRemote: options.allowsRemoteWebhooks)
        return TopicSender(
            settings, options, secret: secret, pool: WebhookPool(address: address, loop: loop),
            loop: loop, timers: timers, truth: truth)
    }

    private init(
        _ settings: SimulatorSettings.TopicWebhooks, _ options: SimulatorOptions, secret: String,
        pool: WebhookPool, loop: any EventLoop, timers: Timers, truth: TruthLog?
    ) {
        self.settings = settings.delivery
        seed = options.settings.seed
        appID = options.appID
        key = Array(secret.utf8)
        self.pool = pool
        self.loop = loop
        self.timers = timers
        self.truth = truth
        rules = TopicRules(settings)
    }

    /// Takes what a topic has to say at `now`; it leaves after the delay.
    ///
    /// - Parameters:
    ///   - item: `data.item`, one JSON object.
    ///   - serial: which one of this turn, from 0: by seed, conversation, turn and serial it is
    ///     drawn what goes wrong with it.
    ///   - onWritten: told once, when the first attempt's bytes were handed to the socket.
    func post(
        _ topic: String, item: [UInt8], of turn: Turn, serial: Int, now: Instant,
        onWritten: @escaping (Instant) -> Void = { _ in }
    ) {
        let draw = WebhookDraw(
            settings, seed: seed, stream: .topicOrder, number: turn.conversation.number,
            turn: turn.number, serial: serial, hasFollower: held == nil)
        let delivery = WebhookDelivery(
            conversationID: turn.conversation.id, turn: turn.number, event: topic, status: "",
            fault: draw.fault, body: ByteBuffer(), headers: [], due: now + draw.delay)
        // As the Fin webhook's queue: a receiver that throttles for hours must not fill the memory.
        guard letters.count < WebhookPool.waitingLimit else {
            return record(delivery, 1, nil, .dropped)
        }
        let notification = TopicNotification(
            topic: topic, item: item, appID: appID,
            created: Clock.unixNanoseconds() / 1_000_000_000)
        let letter = Letter(delivery, notification, made: now)
        letter.onWritten = onWritten
        letters[ObjectIdentifier(delivery)] = letter
        if draw.fault == .reordered { return hold(delivery) }
        letter.follower = held
        held = nil
        timers.wait(for: .notification(delivery), until: delivery.due)
    }

    /// Keeps a notification back until another one was answered.
    private func hold(_ delivery: WebhookDelivery) {
        held = delivery
        let bound = NIOLoopBound((self, delivery), eventLoop: loop)
        let delay = TimeAmount.nanoseconds((delivery.due - Clock.now()).count)
        loop.scheduleTask(in: TopicSender.holdLimit + delay) {
            let (sender, delivery) = bound.value
            guard sender.held === delivery else { return }
            // Nothing has overtaken it.
            sender.held = nil
            delivery.fault = .none
            sender.attempt(delivery)
        }
    }

    /// Sends a notification whose time has come.
    func attempt(_ delivery: WebhookDelivery) {
        guard let letter = letters[ObjectIdentifier(delivery)] else { return }
        switch rules.admit(made: letter.made, now: Clock.now()) {
        case .wait(let until): timers.wait(for: .notification(delivery), until: until)
        case .drop: take(.dropped, letter, delivery.attempts + 1, nil)
        case .send: send(letter)
        }
    }

    private func send(_ letter: Letter) {
        let delivery = letter.delivery
        delivery.attempts += 1
        let number = delivery.attempts
        write(letter)
        pool.send(delivery) { [weak self] answer, written in
            self?.take(answer, letter, number, written)
        }
        guard delivery.fault == .duplicate, number == 1 else { return }
        let copy = delivery.copy()
        pool.send(copy) { [weak self] answer, written in
            self?.record(copy, number, written, answer)
        }
    }

    /// Writes the body of the attempt that begins, and signs it.
    private func write(_ letter: Letter) {
        let delivery = letter.delivery
        let body = letter.notification.body(
            attempt: delivery.attempts, now: Clock.unixNanoseconds() / 1_000_000_000)
        let value = WebhookSignature.hubValue(key: key, body: body)
        let isBad = delivery.fault == .badSignature
        delivery.body = ByteBuffer(bytes: body)
        delivery.headers = [
            ("User-Agent", TopicNotification.userAgent), ("Accept", "application/json"),
            (WebhookSignature.hubHeaderName, isBad ? WebhookSignature.spoiled(value) : value),
        ]
    }

    private func take(
        _ answer: WebhookAnswer, _ letter: Letter, _ attempt: Int, _ written: Instant?
    ) {
        record(letter.delivery, attempt, written, answer)
        if let written {
            letter.onWritten(written)
            letter.onWritten = { _ in }
        }
        let verdict = rules.take(answer, failures: letter.failures, now: Clock.now())
        if answer != .status(429) { letter.failures += 1 }
        if let follower = letter.follower {
            letter.follower = nil
            self.attempt(follower)
        }
        switch verdict {
        case .settled: letters[ObjectIdentifier(letter.delivery)] = nil
        case .again(let due): timers.wait(for: .notification(letter.delivery), until: due)
        }
    }

    /// Ends it; what was not sent is in the truth file all the same.
    func stop() {
        pool.stop()
        for letter in letters.values where letter.delivery.attempts == 0 {
            record(letter.delivery, 1, nil, .stopped)
        }
        letters = [:]
        held = nil
    }

    private func record(
        _ delivery: WebhookDelivery, _ attempt: Int, _ written: Instant?, _ answer: WebhookAnswer
    ) {
        truth?.append(
            WebhookTruthRow(
                conversationID: delivery.conversationID, turn: delivery.turn,
                event: delivery.event, status: delivery.status, written: written,
                attempt: attempt, fault: delivery.fault, answer: answer))
    }
}
