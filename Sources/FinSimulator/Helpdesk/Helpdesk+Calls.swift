internal import FinMeasure
internal import FinProfile

// What each call does; creations are repeat-safe by their `object_id`.
extension Helpdesk {
    func updateUser(_ body: HelpdeskBody) throws(HelpdeskProblem) -> JSONValue {
        let index = try store.user(body.required("user_id"))
        try store.change(user: index, body.members("attributes") ?? [:])
        return store.users[index].json
    }

    func createUser(_ body: HelpdeskBody) throws(HelpdeskProblem) -> JSONValue {
        let objectID = try body.filled("object_id")
        if let known = store.user(objectID: objectID), isRepeat() { return store.users[known].json }
        let index = try store.add(try user(body), objectID: objectID)
        return store.users[index].json
    }

    /// Counts a repetition; false where this helpdesk does not know one.
    private func isRepeat() -> Bool {
        if settings.isIdempotent { counts.repeats += 1 }
        return settings.isIdempotent
    }

    private func user(_ body: HelpdeskBody) throws(HelpdeskProblem) -> HelpdeskUser {
        var user = HelpdeskUser(
            id: "", name: try body.text("name"), email: try body.text("email"),
            photoURL: try body.text("photo_url"))
        if user.email?.contains("@") == false { throw body.wrong("email", "an e-mail address") }
        if user.photoURL?.contains("://") == false { throw body.wrong("photo_url", "a URL") }
        try HelpdeskStore.merge(try body.members("attributes") ?? [:], into: &user.attributes)
        return user
    }

    func createConversation(
        _ body: HelpdeskBody, _ style: HelpdeskStyle, _ now: String
    ) throws(HelpdeskProblem) -> JSONValue {
        let objectID = try body.filled("object_id")
        if let known = store.conversation(objectID: objectID), isRepeat() {
            return created(.init(conversation: known, message: 0), style)
        }
        guard let first = try body.object("initial_message") else {
            throw .invalid("initial_message is required")
        }
        // Everything is read before anything is kept: a refused call must leave no half of itself.
        let owner = try owner(body, style)
        var conversation = HelpdeskConversation(
            user: owner.index, title: try body.text("title"), created: now, updated: now)
        try HelpdeskStore.merge(
            try body.members("attributes") ?? [:], into: &conversation.attributes)
        let message = try message(first, of: owner, style, now)
        let messageID = try first.filled("object_id")
        try store.checkRoom(for: owner.new == nil ? 2 : 3)
        if let new = owner.new { _ = try store.add(new.user, objectID: new.objectID) }
        let index = try store.add(conversation, objectID: objectID)
        return created(try store.add(message, to: index, objectID: messageID), style)
    }

    private func created(_ place: HelpdeskStore.Place, _ style: HelpdeskStyle) -> JSONValue {
        .object([
            "conversation": json(conversation: place.conversation, style),
            "message": json(message: place, style),
        ])
    }

    /// Whose a conversation is.
    private struct Owner {
        /// The index among the users; for a new one, that which it will have.
        let index: Int
        /// One that is not known yet.
        var new: (user: HelpdeskUser, objectID: String)?
    }

    private func owner(
        _ body: HelpdeskBody, _ style: HelpdeskStyle
    ) throws(HelpdeskProblem) -> Owner {
        if style == .mixed { return Owner(index: try store.user(body.required("user_id"))) }
        guard let given = try body.object("user") else { throw .invalid("user is required") }
        let id = try given.required("id")
        if let known = try? store.user(id) { return Owner(index: known) }
        if let known = store.user(objectID: id), isRepeat() { return Owner(index: known) }
        return Owner(index: store.users.count, new: (try user(given), id))
    }

    private func message(
        _ body: HelpdeskBody, of owner: Owner, _ style: HelpdeskStyle, _ now: String
    ) throws(HelpdeskProblem) -> HelpdeskMessage {
        _ = try body.word("message_type", ["comment"])
        let text = try body.text("body")
        let attachments = try body.attachments()
        if text?.isEmpty != false && attachments.isEmpty {
            throw .invalid("A message needs a body, attachments, or both")
        }
        return HelpdeskMessage(
            body: text, author: try author(body, of: owner),
            visibility: try body.word("visibility", ["public", "private"]) ?? "public",
            created: style == .mixed ? try body.time("created_at") ?? now : now,
            attachments: attachments)
    }

    /// Who wrote it; the conversation's own user where nobody is named.
    private func author(
        _ body: HelpdeskBody, of owner: Owner
    ) throws(HelpdeskProblem) -> HelpdeskAuthor {
        guard let author = try body.object("author"), let id = try author.filled("id") else {
            return .user(index: owner.index)
        }
        switch try author.word("user_type", ["end_user", "agent"]) ?? "end_user" {
        case "agent":
            guard let agent = HelpdeskAgent.find(id) else { throw .unknown("The agent") }
            return .agent(agent)
        default:
            if let known = try? store.user(id) { return .user(index: known) }
            if id == owner.new?.objectID { return .user(index: owner.index) }
            guard let known = store.user(objectID: id) else { throw .unknown("The author") }
            return .user(index: known)
        }
    }

    func createMessage(
        _ body: HelpdeskBody, _ style: HelpdeskStyle, _ now: String
    ) throws(HelpdeskProblem) -> JSONValue {
        let objectID = try body.filled("object_id")
        if let known = store.message(objectID: objectID), isRepeat() {
            return json(message: known, style)
        }
        let index = try store.conversation(body.required("conversation_id"))
        let owner = Owner(index: store.conversations[index].user)
        let message = try message(body, of: owner, style, now)
        let place = try store.add(message, to: index, objectID: objectID)
        try store.change(conversation: index) { $0.updated = now }
        return json(message: place, style)
    }

    func updateConversation(
        _ body: HelpdeskBody, _ style: HelpdeskStyle, _ now: String
    ) throws(HelpdeskProblem) -> JSONValue {
        let index = try store.conversation(body.required("conversation_id"))
        try store.change(conversation: index) { conversation throws(HelpdeskProblem) in
            if body.has("title") { conversation.title = try body.text("title") }
            if let tags = try body.tags() { conversation.tags = tags }
            try HelpdeskStore.merge(
                try body.members("attributes") ?? [:], into: &conversation.attributes)
            conversation.status =
                try body.word("status", ["open", "resolved", "closed", "ended"])
                ?? conversation.status
            // Null is an order of its own: a human must take over.
            if body.has("assignee_id") { conversation.assignee = try assignee(body) }
            if body.has("last_user_read_at") {
                conversation.lastRead = try body.time("last_user_read_at")
            }
            conversation.updated = now
        }
        return json(conversation: index, style)
    }

    private func assignee(_ body: HelpdeskBody) throws(HelpdeskProblem) -> HelpdeskAgent? {
        guard let id = try body.filled("assignee_id") else { return nil }
        guard let agent = HelpdeskAgent.find(id) else { throw .unknown("The agent") }
        return agent
    }

    /// The messages after one, where that is known: the parameter is a hint and nothing more.
    func messages(
        _ body: HelpdeskBody, _ style: HelpdeskStyle
    ) throws(HelpdeskProblem) -> JSONValue {
        let index = try store.conversation(body.required("conversation_id"))
        let messages = store.conversations[index].messages
        let after = try body.text("after_id")
        let start = messages.firstIndex { $0.id == after }.map { $0 + 1 } ?? 0
        return .array(
            messages.indices[start...].map { message in
                json(message: .init(conversation: index, message: message), style)
            })
    }

    // MARK: objects

    func json(conversation index: Int, _ style: HelpdeskStyle) -> JSONValue {
        let conversation = store.conversations[index]
        return .object([
            "id": .string(conversation.id), "status": .string(conversation.status),
            "user": store.users[conversation.user].json,
            "title": .nullable(conversation.title),
            "tags": .array(conversation.tags.map { .string($0) }),
            "attributes": .object(conversation.attributes),
            "assignee": conversation.assignee?.json(style) ?? .null,
            "created_at": .string(conversation.created),
            "updated_at": .string(conversation.updated),
        ])
    }

    private func json(message place: HelpdeskStore.Place, _ style: HelpdeskStyle) -> JSONValue {
        let conversation = store.conversations[place.conversation]
        let message = conversation.messages[place.message]
        let author: JSONValue =
            switch message.author {
            case .user(let index): store.users[index].json
            case .agent(let agent): agent.json(style)
            }
        return .object([
            "id": .string(message.id), "conversation_id": .string(conversation.id),
            "message_type": .string("comment"), "body": .nullable(message.body),
            "author": author, "visibility": .string(message.visibility),
            "created_at": .string(message.created),
            "attachments": .array(message.attachments),
        ])
    }
}
