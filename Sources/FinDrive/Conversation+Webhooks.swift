internal import FinMeasure
internal import FinProfile
internal import FinWire

// Turns that webhooks alone tell of: no stream, no chunks, no order to rely on.
extension Conversation {
    /// Webhooks kept until the answer to their POST is there, at the most.
    private static let earlyLimit = 16

    /// Takes a webhook of this conversation that is no repeat.
    ///
    /// - Parameters:
    ///   - arrival: its event and the receiver's stamp.
    ///   - now: when the load thread came to know of it.
    mutating func take(_ arrival: WebhookArrival, now: Instant) -> Effect {
        var effect = Effect()
        switch state {
        case .posting, .limited:
            // Faster than the answer to its POST; it counts once that is known to be good.
            effect.isTaken = early.count < Conversation.earlyLimit
            if effect.isTaken { early.append(arrival) }
        case .listening: hear(arrival, now, &effect)
        case .waiting, .dialing, .streaming, .closing, .over: break
        }
        return effect
    }

    /// The webhooks that came early, to be taken now.
    mutating func takeEarly() -> [WebhookArrival] {
        defer { early = [] }
        return early
    }

    private mutating func hear(_ arrival: WebhookArrival, _ now: Instant, _ effect: inout Effect) {
        let event = arrival.event
        let created = Conversation.usable(event.createdAtMilliseconds)
        // Webhooks overtake each other: this one belongs to the turn before.
        if let created, created <= lastDoneCreated { return }
        effect.isTaken = true
        effect.deliveryCreated = created
        if event.duplicateKeys > 0 { record.detail.flags.insert(.duplicateKey) }
        if event.wrongTypes > 0 { record.detail.flags.insert(.malformedEvent) }
        record.isKernelStamped = false
        lastActivity = now
        lastEvent = max(lastEvent, arrival.received)
        if quietSince != nil { quietSince = now }
        switch event.name {
        case .replied: hearReply(event, arrival.received, now, &effect)
        case .statusUpdated: hearStatus(event, created, arrival.received, now, &effect)
        case .none, .unknown, .replyChunk, .csatRequested: break
        }
    }

    private mutating func hearReply(
        _ event: EventFields, _ received: Instant, _ now: Instant, _ effect: inout Effect
    ) {
        if record.firstReplied == nil { record.firstReplied = received }
        record.lastReplied = received
        record.webhookReplied = record.firstReplied
        if record.done != nil { return endListening(now, &effect) }
        // Before 2.16 this status is all there is to say that the turn may be over.
        if event.status == .awaitingUserReply { quietSince = now }
    }

    private mutating func hearStatus(
        _ event: EventFields, _ created: Int64?, _ received: Instant, _ now: Instant,
        _ effect: inout Effect
    ) {
        let outcome: Outcome
        switch event.status {
        case .awaitingUserReply: outcome = .done
        case .escalated: outcome = .escalated
        case .resolved: outcome = .resolved
        case .complete: outcome = .complete
        case .unknown: return record.detail.flags.formUnion(.unknownStatus)
        case .none, .thinking, .replying: return
        }
        // The first one counts, `complete` after `escalated` says nothing new.
        guard record.done == nil else { return }
        record.done = received
        doneKnown = now
        doneCreated = created ?? doneCreated
        quietSince = nil
        if outcome != .done {
            decide(outcome, outcome == .escalated ? OutcomeCause(event.reason) : .none, at: now)
            effect.isDone = true
        }
        if record.firstReplied != nil { return endListening(now, &effect) }
        // The reply may have been overtaken: who is to write again must have been answered first.
        let patience = outcome == .done ? webhookGrace ?? .zero : Conversation.closeGrace
        closingDeadline = now + patience
    }

    /// Done and replied, in whatever order.
    private mutating func endListening(_ now: Instant, _ effect: inout Effect) {
        if !isDecided {
            decide(.done, .none, at: now)
            doneKnown = now
            effect.isDone = true
        }
        effect.action = finish()
    }

    /// The deadline passed of a turn that listens.
    mutating func expireListening(at now: Instant, sent: Instant) -> Action {
        if isDecided { return finish() }
        if record.done != nil {
            decide(.webhookMissing, .none, at: now)
        } else if let quietSince, now >= quietSince + Conversation.quiet {
            record.detail.flags.insert(.inferredDone)
            record.done = lastEvent
            doneKnown = now
            decide(.done, .none, at: now)
        } else if now >= sent + timeouts.turn {
            decide(.timeout, .turnTimeout, at: now)
        } else {
            decide(.timeout, hasAnswer ? .idleTimeout : .webhookTimeout, at: now)
        }
        return finish()
    }
}
