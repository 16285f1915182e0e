internal import FinLoop
internal import FinMeasure
internal import NIOCore

/// Everything that waits for an instant, behind one timer of the event loop.
final class Timers {
    enum Item {
        case turn(Turn)
        case stream(EventStream)
        case webhook(WebhookDelivery)
        case notification(WebhookDelivery)
    }

    private let loop: any EventLoop
    private var heap = TimerHeap<Item>()
    // Invariant: descending; one callback of the loop is pending for each, the last comes first.
    // Later ones are left to fire rather than cancelled.
    private var armed: [Instant] = []
    /// Called for each turn that is due.
    var onTurn: (Turn) -> Void = { _ in }
    /// Called for each webhook that is due.
    var onWebhook: (WebhookDelivery) -> Void = { _ in }
    /// Called for each notification of a topic that is due.
    var onNotification: (WebhookDelivery) -> Void = { _ in }

    init(loop: any EventLoop) { self.loop = loop }

    /// Calls the item back at `due`, or in the next round of the loop if that has gone by.
    func wait(for item: Item, until due: Instant) {
        heap.insert(item, due: due)
        arm()
    }

    /// Forgets everything that waits; nothing is called back any more.
    func stop() {
        heap = TimerHeap()
        onTurn = { _ in }
        onWebhook = { _ in }
        onNotification = { _ in }
    }

    private func arm() {
        let due = heap.nextDue
        if due == .never || due >= armed.last ?? .never { return }
        armed.append(due)
        let handler = LoopTimer(timers: NIOLoopBound(self, eventLoop: loop))
        // Thrown only by a loop that has shut down, and then nothing is due any more.
        _ = try? loop.scheduleCallback(at: .uptimeNanoseconds(due.nanoseconds), handler: handler)
    }

    /// Serves what is due now; what becomes due meanwhile waits until sockets were read again.
    fileprivate func fire() {
        armed.removeLast()
        let now = Clock.now()
        while let item = heap.popDue(now: now) {
            switch item {
            case .turn(let turn): onTurn(turn)
            case .stream(let stream): stream.timerFired()
            case .webhook(let delivery): onWebhook(delivery)
            case .notification(let delivery): onNotification(delivery)
            }
        }
        arm()
    }
}

/// The loop's only timer; small enough to lie inside the loop's heap, where every sift copies it.
private struct LoopTimer: NIOScheduledCallbackHandler, Sendable {
    let timers: NIOLoopBound<Timers>

    func handleScheduledCallback(eventLoop: some EventLoop) {
        timers.value.fire()
    }
}
