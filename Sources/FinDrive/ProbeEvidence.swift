internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire

/// All that a probe saw: what its findings are read from.
struct ProbeEvidence: Sendable {
    /// Everything that happened, in order.
    var entries: [ProbeEntry] = []
    /// Notes that found no room.
    var lostCount = 0
    /// The target's base URL.
    var baseURL = ""
    /// `Intercom-Version`, as sent.
    var version = ""
    /// Attributes sent with the first turn.
    var attributeCount = 0
    /// How long each step might take.
    var timeouts = Profile.Timeouts()
    /// libcurl's words for the transfer that failed; empty when none did.
    var errorText = ""
    /// Whether somebody wanted the probe to end.
    var isInterrupted = false

    /// An empty evidence, for a test to fill.
    init() {}

    init(
        entries: [ProbeEntry], lostCount: Int, plan: RunPlan, settings: DriveSettings,
        errorText: String, isInterrupted: Bool
    ) {
        self.entries = entries
        self.lostCount = lostCount
        baseURL = settings.baseURL
        version = plan.profile.version
        attributeCount = plan.profile.conversation.attributes.count
        timeouts = plan.profile.conversation.timeouts
        self.errorText = errorText
        self.isInterrupted = isInterrupted
    }

    // MARK: - what of it is asked for

    /// The turns that ended, in order.
    var turns: [TurnRecord] {
        entries.compactMap { entry in
            if case .over(let record) = entry.note { return record }
            return nil
        }
    }

    /// Events of Fin with their places.
    var events: [(turn: Int, moment: ProbeMoment, event: ProbeEvent, fields: EventFields)] {
        entries.compactMap { entry in
            guard case .event(let event) = entry.note, let fields = event.fields else {
                return nil
            }
            return (turn: entry.turn, moment: entry.moment, event: event, fields: fields)
        }
    }

    /// Every event, whatever its type.
    var allEvents: [ProbeEvent] {
        entries.compactMap { entry in
            if case .event(let event) = entry.note { return event }
            return nil
        }
    }

    /// Bodies of POST answers, and of streams that were refused.
    var answers: [ProbeAnswer] {
        entries.compactMap { entry in
            if case .answer(let answer) = entry.note { return answer }
            return nil
        }
    }

    /// Heads of the responses of one kind, with their moments.
    func heads(_ kind: TransferKind) -> [(moment: ProbeMoment, head: ProbeHead)] {
        entries.compactMap { entry in
            guard case .head(let head) = entry.note, head.kind == kind else { return nil }
            return (moment: entry.moment, head: head)
        }
    }

    /// Streams that were dialled.
    var dials: [(url: ProbeURL, token: ProbeToken?)] {
        entries.compactMap { entry in
            guard case .dial(let url, let token, _) = entry.note else { return nil }
            return (url: url, token: token)
        }
    }

    /// How transfers of one kind came to their connections.
    func connections(_ kind: TransferKind) -> [ProbeConnection] {
        entries.compactMap { entry in
            guard case .finished(kind, _, let connection, _) = entry.note else { return nil }
            return connection
        }
    }
}

extension ProbeEvidence {
    /// What was found, in the order of a conversation; nothing is said of what was not reached.
    var findings: [ProbeFinding] {
        var found = [hosts] + connections + [versionBehaviour]
        let hasStream = !heads(.stream).isEmpty
        if hasAnswer { found += [streaming] }
        if hasStream { found += [framing, doneSignal] }
        if !dials.isEmpty { found += [tokenLife, rewind] }
        if hasStream { found += [replays, eventIDs, keepAlives] }
        if hasAnswer { found += [strangers, attributes] }
        if !heads(.post).isEmpty { found += [rateLimit, clockOffset] }
        if hasStream { found += [integrity] }
        if lostCount > 0 {
            let words = "\(ProbeText.count(lostCount)) notes found no room and are not in this"
            found.append(ProbeFinding("transcript", words, ""))
        }
        return found
    }

    /// Whether a POST was answered with 200 and a body of the expected shape.
    var hasAnswer: Bool { answers.contains { $0.fields != nil } }

    /// The same words for every turn, or each turn's own.
    func byTurn(_ words: (TurnRecord) -> String) -> String {
        let each = turns.map { (turn: $0.turn, words: words($0)) }
        guard let first = each.first else { return "no turn ended" }
        if each.allSatisfy({ $0.words == first.words }) {
            return first.words + (each.count > 1 ? ", in each of \(each.count) turns" : "")
        }
        return each.map { "turn \($0.turn): \($0.words)" }.joined(separator: "; ")
    }
}
