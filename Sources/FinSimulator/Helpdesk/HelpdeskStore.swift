internal import FinMeasure

/// What the helpdesk holds: users, conversations, messages, and which `object_id` made each.
///
/// Nothing is ever forgotten, or a repeated call could make a second object: at the bound new ones
/// are refused. Ids are numbers behind a word, so that an id is a place in an array.
struct HelpdeskStore {
    /// Users, conversations and messages together.
    static let objectLimit = 1_000_000
    /// The attributes of one object, and the tags of one conversation.
    static let memberLimit = 100

    private(set) var users: [HelpdeskUser] = []
    private(set) var conversations: [HelpdeskConversation] = []
    private(set) var messageCount = 0
    /// Objects that were made for an `object_id` that had one already.
    private(set) var duplicateCount = 0
    private var usersByObject: [String: Int] = [:]
    private var conversationsByObject: [String: Int] = [:]
    private var messagesByObject: [String: Place] = [:]

    /// Where a message is.
    struct Place: Equatable {
        let conversation: Int
        let message: Int
    }

    // MARK: finding

    /// The index behind an id such as `usr_12`; nil for one that was never given out.
    private static func index(_ id: String, _ word: String, _ count: Int) -> Int? {
        guard id.hasPrefix(word), let number = Int(id.dropFirst(word.count)),
            id == word + String(number), (1...max(count, 1)).contains(number), count > 0
        else { return nil }
        return number - 1
    }

    func user(_ id: String) throws(HelpdeskProblem) -> Int {
        guard let index = HelpdeskStore.index(id, "usr_", users.count) else {
            throw .unknown("The user")
        }
        return index
    }

    func conversation(_ id: String) throws(HelpdeskProblem) -> Int {
        guard let index = HelpdeskStore.index(id, "conv_", conversations.count) else {
            throw .unknown("The conversation")
        }
        return index
    }

    func user(objectID: String?) -> Int? { objectID.flatMap { usersByObject[$0] } }

    func conversation(objectID: String?) -> Int? {
        objectID.flatMap { conversationsByObject[$0] }
    }

    func message(objectID: String?) -> Place? { objectID.flatMap { messagesByObject[$0] } }

    // MARK: adding

    /// Adds a user under an id of ours.
    mutating func add(_ user: HelpdeskUser, objectID: String?) throws(HelpdeskProblem) -> Int {
        try checkRoom(for: 1)
        var user = user
        user.id = "usr_\(users.count + 1)"
        users.append(user)
        note(objectID, users.count - 1, in: \.usersByObject)
        return users.count - 1
    }

    /// Adds a conversation; its first message is added next, once there is room for both.
    mutating func add(
        _ conversation: HelpdeskConversation, objectID: String?
    ) throws(HelpdeskProblem) -> Int {
        try checkRoom(for: 1)
        var conversation = conversation
        conversation.id = "conv_\(conversations.count + 1)"
        conversations.append(conversation)
        note(objectID, conversations.count - 1, in: \.conversationsByObject)
        return conversations.count - 1
    }

    mutating func add(
        _ message: HelpdeskMessage, to conversation: Int, objectID: String?
    ) throws(HelpdeskProblem) -> Place {
        try checkRoom(for: 1)
        messageCount += 1
        var message = message
        message.id = "msg_\(messageCount)"
        conversations[conversation].messages.append(message)
        let place = Place(
            conversation: conversation,
            message: conversations[conversation].messages.count - 1)
        note(objectID, place, in: \.messagesByObject)
        return place
    }

    /// Refuses so many more objects where there is no room for all of them.
    func checkRoom(for count: Int) throws(HelpdeskProblem) {
        if users.count + conversations.count + messageCount + count > HelpdeskStore.objectLimit {
            throw .full
        }
    }

    /// Remembers the first object of an id; any further one is a duplicate.
    private mutating func note<Object>(
        _ id: String?, _ object: Object,
        in objects: WritableKeyPath<HelpdeskStore, [String: Object]>
    ) {
        guard let id else { return }
        if self[keyPath: objects][id] == nil {
            self[keyPath: objects][id] = object
        } else {
            duplicateCount += 1
        }
    }

    // MARK: changing

    mutating func change(user index: Int, _ attributes: [String: JSONValue])
        throws(HelpdeskProblem)
    {
        try HelpdeskStore.merge(attributes, into: &users[index].attributes)
    }

    mutating func change(
        conversation index: Int,
        _ change: (inout HelpdeskConversation) throws(HelpdeskProblem) -> Void
    ) throws(HelpdeskProblem) {
        // All of it or nothing: a refused call must leave no half of itself.
        var changed = conversations[index]
        try change(&changed)
        conversations[index] = changed
    }

    static func merge(
        _ new: [String: JSONValue], into old: inout [String: JSONValue]
    ) throws(HelpdeskProblem) {
        let merged = old.merging(new) { $1 }
        if merged.count > memberLimit {
            throw .invalid("attributes can have \(memberLimit) members at most")
        }
        old = merged
    }
}
