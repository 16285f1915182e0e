internal import FinLoop
internal import FinProfile

/// `GET /data_connectors/{id}/execution_results/{id}`: the kept execution with its bodies.
struct ExecutionGet: APIOperation {
    static let name = "execution_get"
    static let needs: Set<CallMemory.Key> = [.connector, .execution]

    init(_ settings: inout CallSettings) throws(ProfileError) {}

    func request(_ context: CallContext) -> CallRequest {
        let rest = "/execution_results/" + context.pathPart(.execution)
        return CallRequest(method: .get, path: context.connectorPath(rest))
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        answer.decoded(as: ExecutionAnswer.self)?.id == memory[.execution]
    }
}
