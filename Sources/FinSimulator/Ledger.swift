/// What the server has done so far: the other side's count of what a client's bill rests on.
///
/// `GET /finbench/ledger` shows it; no key is asked for, as it holds nothing but counts.
struct Ledger {
    /// POSTs with a key that is taken, whatever became of them.
    private(set) var calls = 0
    /// Conversations begun.
    private(set) var conversations = 0
    private var users: Set<[UInt8]> = []
    private var answered: Set<String> = []
    private var escalated: Set<String> = []

    /// A POST has come.
    mutating func call() { calls += 1 }

    /// A turn begins; the first one of a conversation begins that.
    mutating func begin(_ turn: Turn) {
        if turn.number > 1 { return }
        conversations += 1
        users.insert(turn.subject.userID)
    }

    /// A step of a turn is made, whether anybody listens or not.
    mutating func take(_ action: TurnScript.Action, of conversation: Conversation) {
        switch action {
        case .chunk(_, let index, _): if index == 0 { answered.insert(conversation.id) }
        case .replied: answered.insert(conversation.id)
        case .status(.escalated): escalated.insert(conversation.id)
        default: break
        }
    }

    /// The counts as JSON.
    var json: [UInt8] {
        Array(
            ("{\"calls\":\(calls),\"conversations\":\(conversations),\"users\":\(users.count),"
                + "\"answered\":\(answered.count),\"escalated\":\(escalated.count)}").utf8)
    }
}
