internal import FinLoop
internal import FinMeasure
internal import FinProfile

/// Stores a message of Fin's or of the user's; conversation and step are the repeat-safe key.
struct HelpdeskCreateMessage: APIOperation {
    static let name = "helpdesk_create_message"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken, .helpdeskConversation]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(
        method: .post, mixed: "messages", postOnly: "create_message")
    private let isFins: Bool
    private let agent: String

    /// `author`: fin (with the id `agent`) or user.
    init(_ settings: inout CallSettings) throws(ProfileError) {
        isFins = try settings.word("author", ["fin", "user"], standard: "fin") == "fin"
        agent = try settings.identifier("agent", standard: "ag_fin")
    }

    func request(_ context: CallContext) -> CallRequest {
        let author = isFins ? agent : context.memory[.helpdeskUser] ?? ""
        var message = HelpdeskMessageBody.make(
            context, author: author, kind: isFins ? "agent" : "end_user")
        message.add("conversation_id", text: context.memory[.helpdeskConversation])
        return endpoint.request(context, message)
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let message = answer.helpdesk(HelpdeskObject.self) else { return false }
        memory.note(message: message.id, step: answer.step)
        return true
    }
}

/// Reads the messages, and finds any that is missing or there twice.
struct HelpdeskGetMessages: APIOperation {
    static let name = "helpdesk_get_messages"
    static let needs: Set<CallMemory.Key> = [.helpdeskToken, .helpdeskConversation]
    static let part = SyncSteps.Part.sync
    private let endpoint = HelpdeskEndpoint(
        method: .get, mixed: "messages", postOnly: "get_messages")
    private let readsAll: Bool

    /// `from`: start, or last (only what is newer than the last that was read, as a hint).
    init(_ settings: inout CallSettings) throws(ProfileError) {
        readsAll = try settings.word("from", ["start", "last"], standard: "last") == "start"
    }

    func request(_ context: CallContext) -> CallRequest {
        var texts = [("conversation_id", context.memory[.helpdeskConversation] ?? "")]
        if !readsAll, let last = context.memory[.helpdeskLastRead] {
            texts.append(("after_id", last))
        }
        return endpoint.request(context, texts: texts)
    }

    private struct Listed: Decodable {
        var id: String
        var body: String?
    }

    func take(_ answer: CallAnswer, into memory: inout CallMemory) -> Bool {
        guard let messages = answer.helpdesk([Listed].self) else { return false }
        let ids = messages.map(\.id)
        // Not by ids alone: of a message whose answer was lost we know no id yet.
        let marks = messages.compactMap { $0.body.flatMap(HelpdeskMessageBody.mark) }
        if Set(ids).count < ids.count || Set(marks).count < marks.count {
            memory.found.insert(.duplicateObject)
        }
        if readsAll && !Set(ids).isSuperset(of: memory.messageIDs) {
            memory.found.insert(.lostMessage)
        }
        memory[.helpdeskLastRead] = ids.last ?? memory[.helpdeskLastRead]
        return true
    }
}

/// The members of a message that both creations have.
enum HelpdeskMessageBody {
    static func make(_ context: CallContext, author: String, kind: String) -> JSONObject {
        var writer = JSONObject()
        writer.add("id", text: author)
        writer.add("user_type", text: kind)
        var message = JSONObject()
        message.add("message_type", text: "comment")
        message.add("body", text: html(context))
        message.add("author", json: writer.closed)
        message.add("visibility", text: "public")
        message.add("object_id", text: objectID(context))
        return message
    }

    private static func objectID(_ context: CallContext) -> String {
        "\(context.conversationID)-m\(context.step)"
    }

    /// The mark that a body ends with: the message's `object_id`, which no list tells.
    static func mark(_ body: String) -> String? {
        guard let start = body.lastIndex(of: "["), let end = body[start...].firstIndex(of: "]")
        else { return nil }
        return String(body[start..<end])
    }

    private static func html(_ context: CallContext) -> String {
        let text = context.plan.messageText(question: context.turn.question, turn: context.step)
        let escaped = text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
        return "<p>\(escaped) [\(objectID(context))]</p>"
    }
}

extension CallMemory {
    /// The ids of the messages that were stored.
    var messageIDs: Set<String> {
        let stored = (self[.helpdeskMessages] ?? "").split(separator: " ")
        return Set(stored.map { String($0.drop { $0 != "=" }.dropFirst()) })
    }

    /// Remembers the message that a step has stored; another one than before is a duplicate.
    mutating func note(message id: String, step: Int) {
        let own = "\(step)="
        let stored = (self[.helpdeskMessages] ?? "").split(separator: " ")
        if let known = stored.first(where: { $0.hasPrefix(own) }) {
            if known != own + id { found.insert(.duplicateObject) }
            return
        }
        self[.helpdeskMessages] = (stored.map(String.init) + [own + id]).joined(separator: " ")
    }
}
