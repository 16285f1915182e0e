internal import FinMeasure
internal import FinProfile

/// What a run has asked of its target so far, and what that may cost at the worst.
///
/// Pure. A conversation that is open, was answered, or ended so that nobody can know, may be billed;
/// only one whose start was certainly refused is not.
struct Ledger: Sendable {
    /// What one conversation has added already; kept in its row.
    struct Entry: Sendable {
        var isAnswered = false
        var isEscalated = false
        /// For operations: whether the bill was asked for them, and whether one may be on it.
        var isBegun = false
        var isOpened = false
    }

    private(set) var begun = 0
    private(set) var accepted = 0
    private(set) var answered = 0
    private(set) var escalated = 0
    private var refused = 0
    /// Users that were accepted, 64 in a word: a set of them would grow by eight bytes with each.
    private var userWords: [UInt32: UInt64] = [:]
    private var userCount = 0
    /// US dollars for each conversation; nil where nothing is billed.
    private let price: Double?

    init(profile: Profile) {
        price = profile.isMetered ? profile.safety.pricePerOutcome : nil
    }

    /// Conversations that may be billed.
    var billable: Int { begun - refused }

    /// What the bill would be at the worst with so many more conversations, in US dollars.
    func worstCase(more: Int = 0) -> Double? { price.map { Money.sum(billable + more, of: $0) } }

    /// A conversation's `/fin/start` is sent.
    mutating func begin() { begun += 1 }

    /// A conversation's `/fin/start` was answered with 200; its user now exists over there.
    mutating func accept(user: UInt32) {
        accepted += 1
        let bit = UInt64(1) << UInt64(user % 64)
        let known = userWords[user / 64, default: 0]
        if known & bit != 0 { return }
        userWords[user / 64] = known | bit
        userCount += 1
    }

    /// A chunk or a reply was seen; the first one of a conversation counts.
    mutating func answer(_ entry: inout Entry) {
        if entry.isAnswered { return }
        entry.isAnswered = true
        answered += 1
    }

    /// The conversation was handed to people.
    mutating func escalate(_ entry: inout Entry) {
        if entry.isEscalated { return }
        entry.isEscalated = true
        escalated += 1
    }

    /// A turn is over.
    mutating func end(_ turn: TurnRecord) {
        if turn.turn == 1, turn.sent != nil, Ledger.isRefused(turn) { refused += 1 }
    }

    /// Operations that were begun ended without beginning a conversation.
    mutating func spare() { refused += 1 }

    /// Whether a start certainly began nothing on the other side.
    ///
    /// A lost connection, a response timeout or a 5xx may hide a conversation that goes on.
    static func isRefused(_ turn: TurnRecord) -> Bool {
        if turn.httpStatus == 200 { return false }
        switch turn.outcome {
        case .connectFailed, .tlsFailed, .rateLimited: return true
        case .timeout: return turn.detail.cause == .connectTimeout
        // 408 and 409 may speak of a request that was taken.
        case .httpError:
            return (400..<500).contains(turn.httpStatus) && ![408, 409].contains(turn.httpStatus)
        default: return false
        }
    }

    /// The counts as the record holds them.
    var counts: RunDocument.Ledger {
        RunDocument.Ledger(
            begun: begun, accepted: accepted, answered: answered, escalated: escalated,
            users: userCount, billable: billable, worstCaseUsd: worstCase())
    }
}
