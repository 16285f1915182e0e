internal import FinLoop
internal import FinMeasure
internal import FinProfile

/// An endpoint of a helpdesk in its two forms.
struct HelpdeskEndpoint: Sendable {
    let method: CallMethod
    /// Its name in the mixed style.
    let mixed: String
    /// Its name in the POST-only style.
    let postOnly: String

    /// A signed call with the conversation's token; no header of the target's own goes along.
    ///
    /// - Parameters:
    ///   - texts: parameters of a GET, members of any other call.
    ///   - body: members that are no texts.
    func request(
        _ context: CallContext, texts: [(String, String)] = [],
        body members: [(String, [UInt8])] = []
    ) -> CallRequest {
        let helpdesk = context.plan.profile.helpdesk
        if helpdesk.style == .mixed && method == .get { return read(context, texts) }
        var body = JSONObject()
        for (key, text) in texts { body.add(key, text: text) }
        for (key, value) in members { body.add(key, json: value) }
        return request(context, body)
    }

    /// A signed call with a body.
    func request(_ context: CallContext, _ body: JSONObject) -> CallRequest {
        let helpdesk = context.plan.profile.helpdesk
        var request = CallRequest(
            path: helpdesk.path + "/" + (helpdesk.style == .mixed ? mixed : postOnly))
        request.method = helpdesk.style == .mixed ? method : .post
        request.body = body.closed
        request.ownHeaders = headers(context, signed: request.body)
        return request
    }

    private func read(_ context: CallContext, _ parameters: [(String, String)]) -> CallRequest {
        // Sorted by name as they are sent, so that what is signed is what stands in the address.
        let query = parameters.sorted { $0.0 < $1.0 }
            .map { "\($0)=\(PercentText.encoded($1))" }.joined(separator: "&")
        let path = context.plan.profile.helpdesk.path + "/" + mixed
        var request = CallRequest(path: query.isEmpty ? path : "\(path)?\(query)")
        request.method = .get
        request.ownHeaders = headers(context, signed: Array(query.utf8))
        return request
    }

    private func headers(_ context: CallContext, signed message: [UInt8]) -> [String] {
        HelpdeskHeaders.common + ["Content-Type: application/json"]
            + ["Authorization: Bearer \(context.memory[.helpdeskToken] ?? "")"]
            + context.helpdesk.signature(of: message, seconds: context.unixMilliseconds / 1000)
    }
}

/// Header lines of every call between Fin and a helpdesk.
enum HelpdeskHeaders {
    static let common = ["Accept: application/json", "Expect:", "User-Agent: finbench"]
}

extension CallMemory.Key {
    static let helpdeskToken: CallMemory.Key = "helpdesk_token"
    static let helpdeskUser: CallMemory.Key = "helpdesk_user"
    static let helpdeskConversation: CallMemory.Key = "helpdesk_conversation"
    /// The ids of the messages that were stored, in order, joined by spaces.
    static let helpdeskMessages: CallMemory.Key = "helpdesk_messages"
    /// The id of the last message that was read.
    static let helpdeskLastRead: CallMemory.Key = "helpdesk_last_read"
}

/// An object of the helpdesk's; of all its members we need the id.
struct HelpdeskObject: Decodable {
    var id: String
}

extension CallAnswer {
    private struct Wrapped<Value: Decodable>: Decodable { var data: Value }

    /// The body of a helpdesk's answer: in `data`, or bare.
    func helpdesk<Value: Decodable>(_ type: Value.Type) -> Value? {
        decoded(as: Wrapped<Value>.self)?.data ?? decoded(as: Value.self)
    }
}

extension CallMemory {
    /// Keeps the id of an object that was created; another one than before is a duplicate.
    mutating func keep(_ id: String, as key: Key) {
        if let known = self[key], known != id { found.insert(.duplicateObject) }
        self[key] = self[key] ?? id
    }
}
