internal import FinMeasure

/// A call of Fin's whose body is complete.
struct HelpdeskCall {
    let operation: HelpdeskOperation
    let style: HelpdeskStyle
    /// The path, for the `instance` of a refusal.
    let path: String
    /// The query as it was sent; empty for none.
    let query: String
    /// The query's parameters, decoded.
    let parameters: [String: String]
    let body: [UInt8]
    let authorization: String?
    let timestamp: String?
    let signature: String?
    /// Whether it is a GET, which is signed by its parameters.
    let isRead: Bool

    /// What it asks, from wherever its style puts it.
    func members() throws(HelpdeskProblem) -> HelpdeskBody {
        if isRead { return HelpdeskBody(parameters.mapValues { .string($0) }) }
        // Nothing is asked of a list of agents, so that nothing need be sent.
        if operation == .getAgents, body.isEmpty { return HelpdeskBody([:]) }
        return try HelpdeskBody(body)
    }
}

/// What the helpdesk does about a call.
enum HelpdeskAnswer: Equatable {
    case answer(status: Int, JSONValue)
    /// Carried out; the connection closes before the answer.
    case dropped
}
