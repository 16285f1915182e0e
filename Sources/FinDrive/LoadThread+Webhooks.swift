// Hot: once per webhook.
internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire

/// What a load thread keeps for webhooks.
struct WebhookDesk {
    /// Sets them beside the events of streams; idle where webhooks come alone.
    var join: WebhookJoin
    /// Where webhooks come alone: how long they are waited for.
    let loneGrace: Nanoseconds?
    /// The place of the first webhook series in the window of deliveries.
    let firstSeries: Int
    /// Webhooks that came alone, and for which no turn waited.
    var unclaimed = 0
    /// Where the open conversations are.
    private(set) var rows: [TextDigest: Int] = [:]
    private let settings: WebhookSettings
    private var spare = WebhookJoin.Findings()

    /// Nil where no event comes by webhook.
    init?(_ profile: Profile, _ settings: WebhookSettings?, classCount: Int) {
        guard profile.hasWebhooks else { return nil }
        guard let settings else {
            preconditionFailure("a run with webhooks needs their receiver")
        }
        self.settings = settings
        join = WebhookJoin(grace: profile.webhooks.grace)
        loneGrace = profile.hasStreams ? nil : profile.webhooks.grace
        firstSeries = classCount
    }

    /// Whether no turn waits for a webhook.
    var isIdle: Bool { join.heldCount == 0 }

    /// A conversation begins.
    mutating func begin(_ conversation: TextDigest, in row: Int, begun: Int) {
        rows[conversation] = row
        settings.conversations.begin(upTo: begun)
    }

    /// One of its turns begins.
    mutating func begin(_ turn: TurnRecord, _ place: (conversation: TextDigest, series: Int)) {
        // A call has no events.
        guard loneGrace == nil, turn.kind != .call else { return }
        join.begin(turn, of: place.conversation, series: place.series)
    }

    /// A conversation is over.
    mutating func release(_ conversation: TextDigest) { rows[conversation] = nil }

    /// Takes what the join has found, and leaves it empty arrays that have their memory already.
    mutating func takeFindings(_ found: inout WebhookJoin.Findings) {
        swap(&found, &spare)
        join.swapFindings(&found)
    }

    /// Takes the arrays back.
    mutating func giveBack(_ found: inout WebhookJoin.Findings) {
        found.removeAll()
        swap(&found, &spare)
    }

    /// What the record says of the run's webhooks.
    var counts: RunDocument.Webhooks {
        var counts = settings.counts()
        counts.joined = join.joined
        counts.unmatched = join.unmatched + unclaimed
        counts.missing = join.missing
        counts.cut = join.cut
        return counts
    }
}

// Webhooks come through the mailbox: beside a stream they are joined with it, alone they lead the turn.
extension LoadThread {
    /// Takes a webhook of one of the run's conversations.
    func take(_ arrival: WebhookArrival) {
        guard desk != nil, !arrival.isDuplicate, let conversation = arrival.event.conversationID
        else { return }
        if desk?.loneGrace != nil { return takeAlone(arrival, conversation) }
        let event = arrival.event
        let series = desk?.join.webhook(
            EventIdentity(event), of: conversation, at: arrival.received,
            created: event.createdAtMilliseconds)
        if let series {
            addExcess(arrival, Conversation.usable(event.createdAtMilliseconds), series)
        }
        settleWebhooks()
    }

    /// Notes an event of a stream whose webhook is to come.
    func watch(_ event: EventFields, _ row: Int, at instant: Instant, _ series: Int) {
        switch event.name {
        case .replied, .statusUpdated, .csatRequested: break
        case .none, .unknown, .replyChunk: return
        }
        let (conversation, isReplayed) = rows.with(row) { row in
            let created = Conversation.usable(event.createdAtMilliseconds)
            return (row.conversation.identity, row.conversation.isReplayed(created))
        }
        desk?.join.stream(
            EventIdentity(event), of: conversation, at: instant, isTimed: !isReplayed)
        settleWebhooks()
    }

    /// Records a finished turn, once its webhooks are in.
    func record(_ turn: TurnRecord, _ row: Int, _ now: Instant) {
        guard desk != nil else { return buffer.record(turn) }
        if desk?.loneGrace != nil {
            // What came before the answer to a POST that then failed: nobody takes it any more.
            desk?.unclaimed += rows.with(row) { $0.conversation.takeEarly().count }
            return buffer.record(turn)
        }
        desk?.join.end(turn, of: rows.with(row) { $0.conversation.identity }, at: now)
        settleWebhooks()
    }

    /// Lets go of turns whose webhooks are late.
    func expireWebhooks(_ now: Instant) {
        guard (desk?.join.deadline ?? .never) <= now else { return }
        desk?.join.expire(at: now)
        settleWebhooks()
    }

    /// Moves what the join has found to the interval.
    private func settleWebhooks() {
        guard desk?.join.hasFindings == true else { return }
        var found = WebhookJoin.Findings()
        desk?.takeFindings(&found)
        for skew in found.skews {
            let isAfter = skew.span >= .zero
            buffer.series.record(
                isAfter ? skew.span : .zero - skew.span,
                place: isAfter ? SeriesTable.webhookAfterSSE : SeriesTable.sseAfterWebhook,
                row: skew.series)
        }
        for missing in found.missing {
            buffer.series.record(
                missing.waited.map { .censored(waited: $0) } ?? .cut,
                place: SeriesTable.webhookAfterSSE, row: missing.series)
        }
        for turn in found.records { buffer.record(turn) }
        desk?.giveBack(&found)
    }

    // MARK: - webhooks alone

    private func takeAlone(_ arrival: WebhookArrival, _ conversation: TextDigest) {
        guard let row = desk?.rows[conversation] else {
            desk?.unclaimed += 1
            return
        }
        hear(arrival, row)
    }

    /// Gives a row the webhooks that were faster than the answer to its POST.
    func listen(_ row: Int) {
        for arrival in rows.with(row, { $0.conversation.takeEarly() }) { hear(arrival, row) }
    }

    private func hear(_ arrival: WebhookArrival, _ row: Int) {
        let now = Clock.now()
        let (effect, series) = rows.with(row) { row in
            let effect = row.conversation.take(arrival, now: now)
            if !row.entry.isAnswered && row.conversation.hasAnswer { ledger.answer(&row.entry) }
            return (effect, row.series)
        }
        guard effect.isTaken else {
            desk?.unclaimed += 1
            return
        }
        noteResume(arrival.event, row, at: arrival.received)
        addExcess(arrival, effect.deliveryCreated, series)
        if effect.isDone { turnIsDone(row) }
        perform(effect.action, row)
        arm(row)
    }

    private func addExcess(_ arrival: WebhookArrival, _ created: Int64?, _ series: Int) {
        guard let created, let first = desk?.firstSeries else { return }
        let wall = Int64(arrival.received.nanoseconds) + loop.wallOffsetNanoseconds
        delivery.add(wall - created * 1_000_000, to: first + series)
    }

    // MARK: - the end

    /// Takes what had come before the run ended.
    func takeLastWebhooks() {
        guard desk != nil else { return }
        mailboxIsReady()
    }

    /// Nobody waits any more; nil where no event came by webhook.
    func finishWebhooks() -> RunDocument.Webhooks? {
        desk?.join.finish()
        settleWebhooks()
        return desk?.counts
    }
}
