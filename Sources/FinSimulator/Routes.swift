internal import FinMeasure
private import FinProfile
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// A request's connection: its tap, and when the request came.
struct ConnectionContext: InitializableFromSource {
    let tap: NIOLoopBound<ConnectionTap>
    let received: Instant

    init(source: ApplicationRequestContextSource) {
        let channel = source.channel
        // The installer put it there, and jobs of a connection run on its loop.
        guard let tap = try? channel.pipeline.syncOperations.handler(type: ConnectionTap.self)
        else { preconditionFailure("a connection has lost its tap") }
        self.tap = NIOLoopBound(tap, eventLoop: channel.eventLoop)
        received = tap.requestReceived
    }
}

/// Paths, methods and headers; everything behind them is `Hub`.
///
/// A handful of paths needs no router, and so each wrong method or path gets the API's own envelope.
struct Routes: HTTPResponder {
    let hub: NIOLoopBound<Hub>
    private static let readable: Set<String> = ["/event-stream", "/finbench/ledger"]
    static let bodyLimit = 32 << 20  // ten attachments of a few megabytes

    func respond(to request: Request, context: ConnectionContext) async throws -> Response {
        do {
            return try await route(request, context)
        } catch let error as APIError {
            return refusal(error, request)
        } catch let fault as TokenFault {
            return response(PostAnswer(status: 401, body: Array("{\"error\":\(fault.json)}".utf8)))
        }
    }

    private func route(
        _ request: Request, _ context: ConnectionContext
    ) async throws -> Response {
        switch request.uri.path {
        case "/event-stream":
            guard request.method == .get else { throw APIError.methodNotAllowed }
            return try await stream(request, context)
        case "/finbench/ledger":
            guard request.method == .get else { throw APIError.methodNotAllowed }
            return response(PostAnswer(status: 200, body: hub.value.ledger.json))
        default:
            if let path = HelpdeskPath(path: request.uri.path) {
                return try await helpdesk(request, context, path)
            }
            if let answer = try await family(request, context) { return answer }
            if let path = ConnectorPath(path: request.uri.path) {
                return try await connectors(request, context, path)
            }
            guard let operation = Operation(path: request.uri.path) else {
                throw APIError.notFound
            }
            return try await post(request, context, operation)
        }
    }

    // MARK: calls

    private func post(
        _ request: Request, _ context: ConnectionContext, _ operation: Operation
    ) async throws -> Response {
        guard request.method == .post else { throw APIError.methodNotAllowed }
        hub.value.noteRequest(at: context.received)
        let key = try key(request)
        try check(request, accepts: "application/json")
        let body = try await collect(request)
        let answer = hub.value.answer(
            PostCall(
                operation: operation, key: key, version: request.headers[Fields.version],
                body: body,
                received: context.received))
        return response(answer)
    }

    func collect(
        _ request: Request, upTo limit: Int = Routes.bodyLimit
    ) async throws -> ByteBuffer {
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw APIError.tooLarge(limit)
        }
    }

    func key(_ request: Request) throws(APIError) -> String {
        let words = (request.headers[.authorization] ?? "").split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bearer" else { throw .unauthorized }
        let key = String(words[1])
        if let expected = hub.value.options.apiKey, key != expected { throw .unauthorized }
        return key
    }

    func check(_ request: Request, accepts type: String) throws(APIError) {
        guard let accept = request.headers[.accept] else { return }
        let family = String(type.prefix { $0 != "/" }) + "/*"
        let isMet = accept.split(separator: ",").contains { range in
            let name = range.prefix { $0 != ";" }.trimmingSpaces().lowercased()
            return name == type || name == family || name == "*/*"
        }
        if !isMet { throw .notAcceptable }
    }

    // MARK: streams

    private func stream(
        _ request: Request, _ context: ConnectionContext
    ) async throws -> Response {
        try check(request, accepts: "text/event-stream")
        let query = request.uri.queryParameters
        let ticket = try hub.value.ticket(
            channel: query["channels"].map(String.init) ?? "",
            token: query["accessToken"].map(String.init) ?? "",
            rewind: query["rewind"].map(String.init),
            lastEventID: query["lastEvent"].map(String.init)
                ?? request.headers[Fields.lastEventID])
        if ticket.headerDelay > .zero {
            try await Task.sleep(for: .nanoseconds(ticket.headerDelay.count))
        }
        let closes = hub.value.settings.closesStreams
        let bound = NIOLoopBound(ticket, eventLoop: hub.eventLoop)
        var headers: HTTPFields = [.contentType: "text/event-stream", .cacheControl: "no-cache"]
        if closes { headers[.connection] = "close" }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [hub] writer in
                let tap = context.tap
                let ending = hub.value.open(bound.value, tap: tap.value)
                if try await Routes.wait(for: ending, hub, tap) == .finished {
                    try await writer.finish(nil)
                    if closes { tap.value.close() }
                }
            })
    }

    /// Waits for a stream's end; a cancelled task cuts it.
    private static func wait(
        for ending: EventLoopFuture<StreamEnding>, _ hub: NIOLoopBound<Hub>,
        _ tap: NIOLoopBound<ConnectionTap>
    ) async throws -> StreamEnding {
        try await withTaskCancellationHandler {
            try await ending.get()
        } onCancel: {
            hub.eventLoop.execute { tap.value.stream?.end(.cut) }
        }
    }

    // MARK: responses

    private func refusal(_ error: APIError, _ request: Request) -> Response {
        // A response to HEAD has no body: its bytes would be taken for the next response.
        if request.method == .head {
            return Response(status: .init(code: error.status))
        }
        var response = response(PostAnswer(error))
        if error == .methodNotAllowed {
            response.headers[.allow] = Routes.methods(request.uri.path)
        }
        return response
    }

    /// What a path takes, as the `Allow` header says it.
    private static func methods(_ path: String) -> String {
        if let methods = familyMethods(path) { return methods.joined(separator: ", ") }
        if let path = ConnectorPath(path: path) { return path.methods.joined(separator: ", ") }
        return readable.contains(path) ? "GET" : "POST"
    }

    func response(_ answer: PostAnswer) -> Response {
        var headers: HTTPFields = [.contentType: "application/json; charset=utf-8"]
        if hub.value.settings.namesRequests { headers[Fields.requestID] = answer.requestID }
        if let standing = answer.standing {
            headers[Fields.limit] = String(standing.limit)
            headers[Fields.remaining] = String(standing.remaining)
            headers[Fields.reset] = String(standing.reset)
        }
        // One buffer: head and body leave in one write, or Nagle would hold the body for 40 ms.
        return Response(
            status: .init(code: answer.status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
    }
}

/// Header names beyond the standard ones.
enum Fields {
    static let requestID = name("X-Request-Id")
    static let version = name("Intercom-Version")
    static let lastEventID = name("Last-Event-ID")
    static let limit = name("X-RateLimit-Limit")
    static let remaining = name("X-RateLimit-Remaining")
    static let reset = name("X-RateLimit-Reset")

    /// - Parameter text: a literal.
    static func name(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else {
            preconditionFailure("\"\(text)\" is not a header name")
        }
        return name
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        let end = start.reversed().prefix { $0 == " " || $0 == "\t" }.count
        return start.dropLast(end)
    }
}
