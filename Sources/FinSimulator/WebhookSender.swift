internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import NIOCore

extension TurnScript {
    /// Whether the step at `serial` is posted: statuses, surveys and replies, each reply once.
    func isPosted(_ serial: Int) -> Bool {
        let action = steps[serial].action
        switch action {
        case .status, .survey: return true
        case .replied: return !steps[..<serial].contains { $0.action == action }
        case .chunk, .close, .execution, .oddity, .broken, .pause: return false
        }
    }

    /// Whether another one of this turn is posted after it.
    func isPosted(after serial: Int) -> Bool {
        steps.indices.dropFirst(serial + 1).contains { isPosted($0) }
    }
}

/// Posts events to the callback URL; lives on the event loop.
///
/// A conversation's deliveries go out one after another, each when the one before it was answered:
/// on two connections the later one could overtake the earlier. A repetition waits for nobody.
final class WebhookSender {
    /// What a conversation has to send yet.
    private struct Lane {
        /// In order; the first one is under way, or waits for its time.
        var deliveries: [WebhookDelivery] = []
        /// Waits for the next one, to go behind it.
        var held: WebhookDelivery?
    }

    private let settings: SimulatorSettings.Webhooks
    private let seed: UInt64
    private let key: [UInt8]
    private let pool: WebhookPool
    private let timers: Timers
    private let truth: TruthLog?
    private var lanes: [String: Lane] = [:]

    /// The sender that the options ask for; nil if they ask for none.
    static func make(
        _ options: SimulatorOptions, _ loop: any EventLoop, _ timers: Timers, _ truth: TruthLog?
    ) throws(SimulatorError) -> WebhookSender? {
        guard let settings = options.settings.webhooks, let url = settings.url,
            let secret = settings.secret
        else { return nil }
        let address = try WebhookAddress(url, mayBeRemote: options.allowsRemoteWebhooks)
        return WebhookSender(
            settings, seed: options.settings.seed, secret: secret,
            pool: WebhookPool(address: address, loop: loop), timers: timers, truth: truth)
    }

    private init(
        _ settings: SimulatorSettings.Webhooks, seed: UInt64, secret: String, pool: WebhookPool,
        timers: Timers, truth: TruthLog?
    ) {
        self.settings = settings
        self.seed = seed
        key = Array(secret.utf8)
        self.pool = pool
        self.timers = timers
        self.truth = truth
    }

    /// Takes an event that was made at `now`; it leaves after the delay.
    func post(_ body: ByteBuffer, of turn: Turn, serial: Int, now: Instant) {
        let draw = WebhookDraw(settings, seed: seed, of: turn, serial: serial)
        let value = WebhookSignature.value(key: key, body: Array(body.readableBytesView))
        let signature =
            draw.fault == .badSignature ? WebhookSignature.spoiled(value) : value
        let (event, status) = turn.nameAndStatus(serial)
        enqueue(
            WebhookDelivery(
                conversationID: turn.conversation.id, turn: turn.number, event: event,
                status: status,
                fault: draw.fault, body: body,
                headers: [(WebhookSignature.headerName, signature)], due: now + draw.delay))
    }

    private func enqueue(_ delivery: WebhookDelivery) {
        var lane = lanes[delivery.conversationID] ?? Lane()
        let wasIdle = lane.deliveries.isEmpty
        if delivery.fault == .reordered, lane.held == nil {
            lane.held = delivery
        } else {
            lane.deliveries.append(delivery)
            if delivery.fault == .duplicate { lane.deliveries.append(delivery.copy()) }
            if let held = lane.held { lane.deliveries.append(held) }
            lane.held = nil
        }
        lanes[delivery.conversationID] = lane
        if wasIdle { waitForFirst(of: delivery.conversationID) }
    }

    private func waitForFirst(of id: String) {
        guard let lane = lanes[id] else { return }
        if let first = lane.deliveries.first {
            timers.wait(for: .webhook(first), until: first.due)
        } else if lane.held == nil {
            lanes[id] = nil
        }
    }

    /// Sends a delivery whose time has come.
    func attempt(_ delivery: WebhookDelivery) {
        delivery.attempts += 1
        let number = delivery.attempts
        pool.send(delivery) { [weak self] answer, written in
            self?.take(answer, delivery, number, written)
        }
    }

    private func take(
        _ answer: WebhookAnswer, _ delivery: WebhookDelivery, _ attempt: Int, _ written: Instant?
    ) {
        record(delivery, attempt, written, answer)
        if answer == .stopped { return }
        if attempt == 1 {
            lanes[delivery.conversationID]?.deliveries.removeFirst()
            waitForFirst(of: delivery.conversationID)
        }
        if answer.isAccepted || attempt > 1 || delivery.isCopy { return }
        let pause = Nanoseconds(Int64(settings.retryAfter))
        timers.wait(for: .webhook(delivery), until: Clock.now() + pause)
    }

    /// Ends it; what was not sent is in the truth file all the same.
    func stop() {
        pool.stop()
        for lane in lanes.values {
            for delivery in lane.deliveries + [lane.held].compactMap(\.self)
            where delivery.attempts == 0 {
                record(delivery, 1, nil, .stopped)
            }
        }
        lanes = [:]
    }

    private func record(
        _ delivery: WebhookDelivery, _ attempt: Int, _ written: Instant?, _ answer: WebhookAnswer
    ) {
        truth?.append(
            WebhookTruthRow(
                conversationID: delivery.conversationID, turn: delivery.turn, event: delivery.event,
                status: delivery.status, written: written, attempt: attempt, fault: delivery.fault,
                answer: answer))
    }
}

/// What is drawn for one delivery: by the seed, its conversation, turn and place alone.
struct WebhookDraw: Equatable {
    let fault: WebhookFault
    let delay: Nanoseconds

    init(_ settings: SimulatorSettings.Webhooks, seed: UInt64, of turn: Turn, serial: Int) {
        self.init(
            settings, seed: seed, stream: .webhookOrder, number: turn.conversation.number,
            turn: turn.number, serial: serial, hasFollower: turn.script.isPosted(after: serial))
    }

    /// - Parameter hasFollower: whether another delivery of the turn comes; without one nothing can
    ///   be sent behind it, and the draw is left unused.
    init(
        _ settings: SimulatorSettings.Webhooks, seed: UInt64, stream: SeededGenerator.Stream,
        number: UInt64, turn: Int, serial: Int, hasFollower: Bool
    ) {
        var draws = SeededGenerator(
            seed: seed, stream: stream, index: number,
            subindex: UInt64(turn) << 20 | UInt64(serial))
        let share = draws.unit()
        let reordered = settings.duplicates + settings.reordered
        if share < settings.duplicates {
            fault = .duplicate
        } else if share < reordered {
            fault = hasFollower ? .reordered : .none
        } else {
            fault = share < reordered + settings.badSignatures ? .badSignature : .none
        }
        let drawn = settings.delay.draw(using: &draws)
        delay = Nanoseconds(Int64(min(max(0, drawn), 3.6e12).rounded()))
    }
}

extension Turn {
    /// What a posted step is called, and the status it carries.
    fileprivate func nameAndStatus(_ serial: Int) -> (event: String, status: String) {
        switch script.steps[serial].action {
        case .replied: ("fin_replied", version.repliedStatus.rawValue)
        case .status(let status): ("fin_status_updated", status.rawValue)
        default: ("csat_requested", "")
        }
    }
}
