internal import FinLoop
internal import FinMeasure
internal import HTTPTypes
internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

// The helpdesk's calls and Fin's hook: keys, methods and refusals of their own.
extension Routes {
    func helpdesk(
        _ request: Request, _ context: ConnectionContext, _ path: HelpdeskPath
    ) async throws -> Response {
        let method = request.method.rawValue
        guard path.methods.contains(method) else { return refusal(request, path) }
        hub.value.noteRequest(at: context.received)
        switch path {
        case .state: return Routes.response(200, hub.value.helpdesk.stateJSON)
        case .token: return try await token(request)
        case .hook(let integration): return try await notify(request, integration)
        case .endpoint(let style, let operations):
            guard let operation = operations[method] else { return refusal(request, path) }
            return try await call(request, context, operation, style)
        }
    }

    private func call(
        _ request: Request, _ context: ConnectionContext, _ operation: HelpdeskOperation,
        _ style: HelpdeskStyle
    ) async throws -> Response {
        guard let body = try await limited(request) else {
            return Routes.response(
                413, HelpdeskProblem.tooLarge.json(style, instance: request.uri.path))
        }
        let parameters = request.uri.queryParameters.map { (String($0.key), String($0.value)) }
        let call = HelpdeskCall(
            operation: operation, style: style, path: request.uri.path,
            query: request.uri.query ?? "",
            parameters: Dictionary(parameters) { first, _ in first }, body: body,
            authorization: request.headers[.authorization],
            timestamp: request.headers[HelpdeskFields.timestamp],
            signature: request.headers[HelpdeskFields.signature], isRead: request.method == .get)
        var delay = 0.0
        let answer = hub.value.helpdesk.answer(
            call, now: Clock.unixNanoseconds(), delay: &delay)
        if delay > 0 { try await Task.sleep(for: .nanoseconds(Int64(min(delay, 3.6e12)))) }
        switch answer {
        case .answer(let status, let json): return Routes.response(status, json)
        case .dropped:
            context.tap.value.close()
            // Nobody reads it any more; a responder has to return something.
            return Response(status: .ok)
        }
    }

    private func token(_ request: Request) async throws -> Response {
        guard let form = try await limited(request) else {
            throw APIError.tooLarge(Helpdesk.bodyLimit)
        }
        let helpdesk = hub.value.helpdesk
        // Rounded up: a token that was issued at the second before would end before its expires_in.
        let (status, json) = helpdesk.tokens.issue(
            form: form, authorization: request.headers[.authorization],
            now: (Clock.unixNanoseconds() + 999_999_999) / 1_000_000_000)
        if status == 200 { helpdesk.counts.tokens += 1 }
        return Routes.response(status, json)
    }

    private func notify(_ request: Request, _ integration: String) async throws -> Response {
        guard let body = try await limited(request) else {
            throw APIError.tooLarge(Helpdesk.bodyLimit)
        }
        try hub.value.helpdesk.notify(
            integration: integration, key: request.headers[HelpdeskFields.webhookKey], body: body)
        return Routes.response(200, .object([:]))
    }

    /// The body; nil for one that is too long.
    private func limited(_ request: Request) async throws -> [UInt8]? {
        do {
            return Array(
                try await request.body.collect(upTo: Helpdesk.bodyLimit).readableBytesView)
        } catch is NIOTooManyBytesError {
            return nil
        }
    }

    private func refusal(_ request: Request, _ path: HelpdeskPath) -> Response {
        var style = HelpdeskStyle.mixed
        if case .endpoint(let own, _) = path { style = own }
        var response = Routes.response(
            405, HelpdeskProblem.wrongMethod.json(style, instance: request.uri.path))
        // A response to HEAD has no body: its bytes would be taken for the next response.
        if request.method == .head { response = Response(status: .methodNotAllowed) }
        response.headers[.allow] = path.methods.joined(separator: ", ")
        return response
    }

    private static func response(_ status: Int, _ json: JSONValue) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let bytes = try? encoder.encode(json) else {
            preconditionFailure("a JSON value of ours cannot be written")
        }
        // One buffer: head and body leave in one write, or Nagle would hold the body for 40 ms.
        return Response(
            status: .init(code: status),
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}

/// Header names of Fin and the helpdesk between them.
private enum HelpdeskFields {
    static let timestamp = Fields.name("X-Fin-Request-Timestamp")
    static let signature = Fields.name("X-Fin-Signature")
    static let webhookKey = Fields.name("X-Webhook-Key")
}
