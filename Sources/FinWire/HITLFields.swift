/// What a notification of a human step says, as far as an answer to it needs it: no question, no
/// message, no name.
public struct HITLFields: Hashable, Sendable {
    /// One thing that must be answered.
    public struct Attribute: Hashable, Sendable {
        /// Names it in the answer; empty where it is missing.
        public var identifier = ""
        /// `data_type`, as it stands there; empty where it is missing.
        public var dataType = ""
        /// The ids of a list's options.
        public var options: [String] = []

        /// One of which nothing is known.
        public init() {}
    }

    /// `conversation_id`.
    public var conversationID: String?
    /// `step_id`.
    public var stepID: String?
    /// `callback_url`.
    public var callbackURL: String?
    /// `attributes_to_collect`.
    public var attributes: [Attribute]?
    /// How many known keys had a value of another type than documented; these count as absent.
    public var wrongTypes = 0

    /// A notification of which nothing is known.
    public init() {}
}

extension EventScanner {
    /// Reads `data.item` of a notification.
    ///
    /// - Throws: `WireError` with the offset of the first offending byte.
    public mutating func scanHITL(_ body: Span<UInt8>) throws(WireError) -> HITLFields {
        var fields = HITLFields()
        var reader = JSONReader(body)
        try reader.requireObject()
        try takeEnvelope(&reader, &fields, depth: 1)
        try reader.finish()
        return fields
    }

    /// The document, then its `data`: each has one member of interest.
    private mutating func takeEnvelope(
        _ reader: inout JSONReader, _ fields: inout HITLFields, depth: Int
    ) throws(WireError) {
        try reader.members { (reader, key) throws(WireError) in
            let isInner = scratch.isEqual(
                key, of: reader.bytes, to: depth == 1 ? "data" : "item")
            if !isInner || reader.kind() != .object {
                if isInner { fields.wrongTypes += 1 }
                try reader.skipValue(depth: depth)
            } else if depth == 1 {
                try takeEnvelope(&reader, &fields, depth: 2)
            } else {
                try takeItem(&reader, &fields)
            }
        }
    }

    private mutating func takeItem(
        _ reader: inout JSONReader, _ fields: inout HITLFields
    ) throws(WireError) {
        try reader.members { (reader, key) throws(WireError) in
            let body = reader.bytes
            if scratch.isEqual(key, of: body, to: "conversation_id") {
                fields.conversationID = try text(&reader, &fields, depth: 3)
            } else if scratch.isEqual(key, of: body, to: "step_id") {
                fields.stepID = try text(&reader, &fields, depth: 3)
            } else if scratch.isEqual(key, of: body, to: "callback_url") {
                fields.callbackURL = try text(&reader, &fields, depth: 3)
            } else if scratch.isEqual(key, of: body, to: "attributes_to_collect"),
                reader.kind() == .array
            {
                try takeAttributes(&reader, &fields)
            } else {
                try reader.skipValue(depth: 3)
            }
        }
    }

    private mutating func takeAttributes(
        _ reader: inout JSONReader, _ fields: inout HITLFields
    ) throws(WireError) {
        var attributes: [HITLFields.Attribute] = []
        try reader.elements { (reader) throws(WireError) in
            if reader.kind() == .object {
                attributes.append(try takeAttribute(&reader, &fields))
            } else {
                fields.wrongTypes += 1
                try reader.skipValue(depth: 4)
            }
        }
        fields.attributes = attributes
    }

    private mutating func takeAttribute(
        _ reader: inout JSONReader, _ fields: inout HITLFields
    ) throws(WireError) -> HITLFields.Attribute {
        var attribute = HITLFields.Attribute()
        try reader.members { (reader, key) throws(WireError) in
            let body = reader.bytes
            if scratch.isEqual(key, of: body, to: "identifier") {
                attribute.identifier = try text(&reader, &fields, depth: 5) ?? ""
            } else if scratch.isEqual(key, of: body, to: "data_type") {
                attribute.dataType = try text(&reader, &fields, depth: 5) ?? ""
            } else if scratch.isEqual(key, of: body, to: "options"), reader.kind() == .array {
                attribute.options = try takeOptions(&reader, &fields)
            } else {
                try reader.skipValue(depth: 5)
            }
        }
        return attribute
    }

    /// The id of each option.
    private mutating func takeOptions(
        _ reader: inout JSONReader, _ fields: inout HITLFields
    ) throws(WireError) -> [String] {
        var ids: [String] = []
        try reader.elements { (reader) throws(WireError) in
            guard reader.kind() == .object else { return try reader.skipValue(depth: 6) }
            try reader.members { (reader, key) throws(WireError) in
                if !scratch.isEqual(key, of: reader.bytes, to: "id") {
                    try reader.skipValue(depth: 7)
                } else if let id = try text(&reader, &fields, depth: 7) {
                    ids.append(id)
                }
            }
        }
        return ids
    }

    private mutating func text(
        _ reader: inout JSONReader, _ fields: inout HITLFields, depth: Int
    ) throws(WireError) -> String? {
        let text = try reader.stringValue(&fields.wrongTypes, depth: depth)
        return text.map { scratch.string($0, of: reader.bytes) }
    }
}
