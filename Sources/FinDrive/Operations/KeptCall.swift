internal import FinLoop

/// A call about the one thing whose id an earlier operation has left: its path ends with the id.
///
/// Where none was left the path names nobody's, and the answer is a 404.
protocol KeptCall: APIOperation {
    /// What the id was kept as.
    static var key: CallMemory.Key { get }

    static var method: CallMethod { get }

    /// The path of things of its kind; the id comes behind it.
    var folder: String { get }

    /// The body; empty for none.
    func body(_ context: CallContext) -> [UInt8]
}

extension KeptCall {
    static var needs: Set<CallMemory.Key> { [key] }

    func body(_ context: CallContext) -> [UInt8] { [] }

    func request(_ context: CallContext) -> CallRequest {
        CallRequest(
            method: Self.method, path: "\(folder)/\(context.pathPart(Self.key))",
            body: body(context))
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: IdentifiedAnswer.self)?.id == memory[Self.key]
    }
}

/// A `DELETE` that is answered with the id of what is gone, and `deleted`.
protocol KeptDeletion: KeptCall {}

extension KeptDeletion {
    static var method: CallMethod { .delete }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let gone = answer.decoded(as: IdentifiedAnswer.self) else { return false }
        return gone.isDeleted == true && gone.id == memory[Self.key]
    }
}

/// What answers about one thing have in common.
struct IdentifiedAnswer: Decodable {
    /// A text, also where the API has a number.
    let id: String
    /// nil where the answer does not say.
    let isDeleted: Bool?

    private enum CodingKeys: String, CodingKey {
        case id
        case isDeleted = "deleted"
    }

    init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: CodingKeys.self)
        if let number = try? members.decode(Int.self, forKey: .id) {
            id = String(number)
        } else {
            id = try members.decode(String.self, forKey: .id)
        }
        isDeleted = try members.decodeIfPresent(Bool.self, forKey: .isDeleted)
    }
}
