internal import FinLoop
internal import FinMeasure
internal import FinProfile

/// One call of the API that scenarios can make: what is sent, and what its answer means.
///
/// Pure: no clock, no socket. A new one is a file in this folder and a line in `OperationTable.all`.
protocol APIOperation: Sendable {
    /// Its name in profiles and outputs: letters, digits, `_`, `-`.
    static var name: String { get }

    /// What of `CallMemory` an earlier operation of its scenario must have left.
    static var needs: Set<CallMemory.Key> { get }

    /// What it leaves in `CallMemory` for later ones.
    static var leaves: Set<CallMemory.Key> { get }

    /// Whether its answer comes on an event stream, as that of a conversation's turn.
    static var isAnsweredOnStream: Bool { get }

    /// Whether a success hands the conversation to people, whose inbox it then reaches.
    static var escalates: Bool { get }

    /// What it is to a synchronisation with a helpdesk.
    static var part: SyncSteps.Part { get }

    /// Takes its settings out of those of the profile; what is left there is refused.
    init(_ settings: inout CallSettings) throws(ProfileError)

    /// The call.
    func request(_ context: CallContext) -> CallRequest

    /// Takes the body of a 2xx, and keeps in `memory` what later operations need.
    ///
    /// - Returns: whether the body is what the API documents.
    ///   A call must say so; of one that is answered on a stream the frame reads what it needs.
    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool
}

extension APIOperation {
    static var needs: Set<CallMemory.Key> { [] }
    static var leaves: Set<CallMemory.Key> { [] }
    static var isAnsweredOnStream: Bool { false }
    static var escalates: Bool { false }
    static var part: SyncSteps.Part { .other }

    /// What an answer on a stream needs of the response, the frame reads itself.
    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool { true }
}

/// What an operation sends.
struct CallRequest: Equatable {
    var method = CallMethod.post
    /// The path on the target with its query, percent-encoded.
    var path: String
    var body: [UInt8] = []
    /// A header line of this call alone, `Name: value`; empty for none.
    var header: [UInt8] = []
    /// All header lines, in place of the target's; empty for those.
    ///
    /// The target's key is Fin's: it must not go along to anybody else.
    var ownHeaders: [String] = []
}

/// What the calls of one conversation have left for later ones: ids, cursors.
struct CallMemory {
    /// A name for what is kept; an operation's own, or one of these.
    struct Key: Hashable, Sendable, ExpressibleByStringLiteral {
        let name: String
        init(stringLiteral name: String) { self.name = name }

        /// A conversation with Fin under the plan's id; the plan gives a scenario one of them.
        static let conversation: Key = "conversation"
    }

    private var values: [Key: String] = [:]
    /// What was found wrong with the present call's answer; the frame moves it into its record.
    var found: TurnFlags = []

    /// What was kept; nil where nothing was.
    subscript(key: Key) -> String? {
        get { values[key] }
        set { values[key] = newValue }
    }
}
