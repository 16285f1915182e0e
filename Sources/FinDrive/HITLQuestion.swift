public import FinMeasure
internal import FinProfile
public import FinWire

/// What a procedure asks a human, as far as an answer needs it: no question, no text, no names.
public struct HITLQuestion: Sendable, Equatable {
    /// The topic that carries it.
    public static let topic = "procedure.hitl_notification.created"

    /// The conversation's id as a fingerprint.
    public var conversation: TextDigest
    /// Names the step in the answer.
    public var stepID: String
    /// Where the answer goes, as it was sent.
    public var callbackURL: String
    /// What must be answered, each of it.
    var attributes: [Attribute]
    /// The last byte of the notification was read.
    public var received: Instant

    struct Attribute: Sendable, Equatable {
        var identifier: String
        /// nil for one that nobody documents.
        var type: HITLDataType?
        /// The ids of a list's options.
        var options: [String] = []
    }

    /// Reads a notification of the topic.
    ///
    /// - Returns: nil for a body that lacks what an answer needs.
    public init?(body: [UInt8], received: Instant) {
        var scanner = EventScanner()
        guard let item = HITLQuestion.read(body, &scanner), let id = item.conversationID,
            let stepID = item.stepID, let url = item.callbackURL, let asked = item.attributes
        else { return nil }
        conversation = TextDigest(id)
        self.stepID = stepID
        callbackURL = url
        attributes = asked.map { attribute in
            Attribute(
                identifier: attribute.identifier, type: HITLDataType(rawValue: attribute.dataType),
                options: attribute.options)
        }
        self.received = received
    }

    private static func read(_ body: [UInt8], _ scanner: inout EventScanner) -> HITLFields? {
        do throws(WireError) { return try scanner.scanHITL(body.span) } catch { return nil }
    }

    init(
        conversation: TextDigest, stepID: String, callbackURL: String, attributes: [Attribute],
        received: Instant
    ) {
        self.conversation = conversation
        self.stepID = stepID
        self.callbackURL = callbackURL
        self.attributes = attributes
        self.received = received
    }

    /// The body of the answer: a value for every attribute.
    func answer(_ values: [String: String]) -> [UInt8] {
        var body: [UInt8] = []
        body.append(text: "{\"step_id\":")
        body.append(json: stepID)
        body.append(text: ",\"attribute_values\":[")
        for (index, attribute) in attributes.enumerated() {
            body.append(text: index > 0 ? ",{\"identifier\":" : "{\"identifier\":")
            body.append(json: attribute.identifier)
            body.append(text: ",\"value\":")
            attribute.append(values, to: &body)
            body.append(text: "}")
        }
        body.append(text: "]}")
        return body
    }
}

extension HITLQuestion.Attribute {
    /// Appends the value as JSON of its type; a text where the type is not known.
    fileprivate func append(_ values: [String: String], to body: inout [UInt8]) {
        let given = values[identifier] ?? type.flatMap { values[$0.rawValue] }
        let text = given ?? type?.standardAnswer ?? options.first ?? ""
        // A text that is no value of its type is sent as a text, for the server to refuse.
        switch type {
        case .some(let type) where type.isBare && type.accepts(text): body.append(text: text)
        case .datetime where HITLDataType.integer.accepts(text): body.append(text: text)
        default: body.append(json: text)
        }
    }
}

extension HITLDataType {
    /// Whether JSON writes it without quotes.
    fileprivate var isBare: Bool { self == .integer || self == .decimal || self == .boolean }
}
