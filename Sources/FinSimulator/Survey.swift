internal import FinMeasure

/// A rating survey and what was answered: the rules of `/fin/csat`.
struct Survey: Equatable {
    /// How long a rating is taken, and may be changed; nobody documents it, so it is ours.
    static let window = Nanoseconds.seconds(600)
    static let ratings: Set<String> = ["terrible", "bad", "ok", "good", "amazing"]

    let asked: Instant
    private(set) var rating: String?
    private(set) var remark: String?

    init(asked: Instant) { self.asked = asked }

    /// Takes a rating: the same one again changes nothing, another one replaces it, and a remark
    /// ends all changes.
    mutating func rate(_ rating: String, remark: String?, now: Instant) throws(RatingError) {
        let remark = remark?.isEmpty == false ? remark : nil
        let isSame = self.rating == rating && (remark == nil || remark == self.remark)
        if isSame { return }
        if self.remark != nil { throw .locked }
        if now > asked + Survey.window { throw .closed }
        self.rating = rating
        self.remark = remark
    }
}

/// A refused rating, as `/fin/csat` alone says it: 422 and `{"errors":{…}}`.
struct RatingError: Error, Equatable {
    /// The member under `errors`.
    let field: String
    let message: String

    static let unknownConversation = RatingError(
        field: "external_conversation_id",
        message: "Conversation not found for the given external_conversation_id")
    static let noSurvey = RatingError(
        field: "base", message: "No rating survey found for this conversation")
    static let closed = RatingError(
        field: "base", message: "The rating window for this conversation has closed")
    static let locked = RatingError(
        field: "base",
        message: "This rating can no longer be changed because a remark has already been submitted")
    static let notAnOption = RatingError(field: "rating", message: "Rating isn't an option")

    var body: [UInt8] {
        Array("{\"errors\":{".utf8) + JSONText.quoted(field) + Array(":".utf8)
            + JSONText.quoted(message) + Array("}}".utf8)
    }
}
