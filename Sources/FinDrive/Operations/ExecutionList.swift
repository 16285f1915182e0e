internal import FinLoop
internal import FinProfile

/// `GET /data_connectors/{id}/execution_results`: the newest executions of the kept connector.
///
/// Leaves the newest one, where there is one.
struct ExecutionList: APIOperation {
    static let name = "execution_list"
    static let needs: Set<CallMemory.Key> = [.connector]
    static let leaves: Set<CallMemory.Key> = [.execution]

    private let pageSize: Int
    private let withBodies: Bool

    init(_ settings: inout CallSettings) throws(ProfileError) {
        pageSize = try settings.count("per_page", 1...30, standard: 10)
        withBodies = try settings.word("bodies", ["yes", "no"], standard: "no") == "yes"
    }

    func request(_ context: CallContext) -> CallRequest {
        let query = "?per_page=\(pageSize)" + (withBodies ? "&include_bodies=true" : "")
        return CallRequest(
            method: .get, path: context.connectorPath("/execution_results" + query))
    }

    private struct Page: Decodable { let data: [ExecutionAnswer] }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let page = answer.decoded(as: Page.self) else { return false }
        memory[.execution] = page.data.first?.id
        return true
    }
}

/// What every answer about one execution holds.
struct ExecutionAnswer: Decodable {
    let id: String
    let success: Bool
}
