internal import HTTPTypes
internal import Hummingbird

// The data connectors' calls: all methods of REST, where Fin's own are POSTs only.
extension Routes {
    func connectors(
        _ request: Request, _ context: ConnectionContext, _ path: ConnectorPath
    ) async throws -> Response {
        hub.value.noteRequest(at: context.received)
        guard path.methods.contains(request.method.rawValue) else {
            throw APIError.methodNotAllowed
        }
        let key = try key(request)
        try check(request, accepts: "application/json")
        let pairs = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        let call = ConnectorCall(
            path: path, version: request.headers[Fields.version], method: request.method.rawValue,
            query: ConnectorQuery(values: Dictionary(pairs) { $1 }),
            body: try await collect(request))
        let hub = hub.value
        return response(
            hub.answer(key: key) { standing throws(APIError) in try hub.accept(call, standing) })
    }
}
