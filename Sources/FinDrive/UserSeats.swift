/// Keeps one test user from talking in more conversations at once than a person would.
///
/// Pure; a look-up for each conversation.
struct UserSeats: Sendable {
    /// Conversations of one user at the same time; nil for no limit.
    let limit: Int?
    private var taken: [UInt32: Int] = [:]

    init(limit: Int?) { self.limit = limit }

    /// Seats a user in one more conversation, unless that is one too many.
    mutating func take(_ user: UInt32) -> Bool {
        guard let limit else { return true }
        let count = taken[user, default: 0]
        if count >= limit { return false }
        taken[user] = count + 1
        return true
    }

    /// A user's conversation has ended.
    mutating func leave(_ user: UInt32) {
        guard limit != nil, let count = taken[user] else { return }
        taken[user] = count > 1 ? count - 1 : nil
    }
}
