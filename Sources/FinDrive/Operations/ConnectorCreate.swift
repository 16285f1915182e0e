internal import FinProfile

/// `POST /data_connectors`: makes a connector, as a draft that nobody executes.
struct ConnectorCreate: APIOperation {
    static let name = "connector_create"
    static let leaves: Set<CallMemory.Key> = [.connector, .ownConnector]

    private let url: String

    init(_ settings: inout CallSettings) throws(ProfileError) {
        url = settings.text("url") ?? "https://orders.example.test/{{order_id}}"
    }

    func request(_ context: CallContext) -> CallRequest {
        var input = JSONObject()
        input.add("name", text: "order_id")
        input.add("type", text: "string")
        input.add("description", text: "Which order")
        input.add("required", json: Array("true".utf8))
        var body = JSONObject()
        // The plan's own id: never the same in two runs, and known for a test's.
        body.add("name", text: "finbench \(context.conversationID)")
        body.add("description", text: "Made by a load test; may be deleted")
        body.add("http_method", text: "get")
        body.add("url", text: url)
        body.add("data_inputs", json: Array("[".utf8) + input.closed + Array("]".utf8))
        return CallRequest(path: "/data_connectors", body: body.closed)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard answer.status == 201, let made = answer.decoded(as: ConnectorAnswer.self),
            made.state == "draft"
        else { return false }
        memory[.connector] = made.id
        memory[.ownConnector] = made.id
        return true
    }
}

/// What every answer about one connector holds.
struct ConnectorAnswer: Decodable {
    let id: String
    let state: String
}
