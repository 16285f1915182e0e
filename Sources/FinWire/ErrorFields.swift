/// What a driver keeps of an error body or of an `error` event.
///
/// Three shapes are read: Intercom's `{"type":"error.list","request_id":…,"errors":[{"code":…}]}`, an
/// event stream's `{"message":…,"code":40142,"statusCode":401}`, and the latter inside `{"error":…}`.
public struct ErrorFields: Hashable, Sendable {
    /// The `code` of the first error of the list.
    public var code: String?
    /// Whether the `message` of that error says that something has expired; the text is not kept.
    public var saysExpired = false
    /// `request_id`.
    public var requestID: String?
    /// A `code` that is a number, as event streams have it; 40140 to 40149 mean the token.
    public var number: Int?
    /// `statusCode`.
    public var statusCode: Int?
    /// How many known keys had a value of another type than documented; these count as absent.
    public var wrongTypes = 0

    /// An error of which nothing is known.
    public init() {}
}

extension EventScanner {
    /// Reads an error body, or the data of an `error` event.
    ///
    /// - Throws: `WireError` with the offset of the first offending byte; a body that is no JSON, such
    ///   as a proxy's HTML page, throws at its first byte.
    public mutating func scanError(_ body: Span<UInt8>) throws(WireError) -> ErrorFields {
        var fields = ErrorFields()
        var reader = JSONReader(body)
        try reader.requireObject()
        try reader.members { (reader, key) throws(WireError) in
            if scratch.isEqual(key, of: body, to: "request_id") {
                let text = try reader.stringValue(&fields.wrongTypes)
                fields.requestID = text.map { scratch.string($0, of: body) }
            } else if scratch.isEqual(key, of: body, to: "errors") {
                try takeErrors(&reader, &fields)
            } else if scratch.isEqual(key, of: body, to: "error"), reader.kind() == .object {
                try reader.members { (reader, key) throws(WireError) in
                    try takeErrorMember(key, &reader, &fields, depth: 2)
                }
            } else {
                try takeErrorMember(key, &reader, &fields, depth: 1)
            }
        }
        try reader.finish()
        return fields
    }

    /// The list of errors, of which the first one's code is kept.
    ///
    /// An object of messages, as ratings answer with, is skipped.
    private mutating func takeErrors(
        _ reader: inout JSONReader, _ fields: inout ErrorFields
    ) throws(WireError) {
        guard reader.kind() == .array else { return try reader.skipValue(depth: 1) }
        var isFirst = true
        try reader.elements { (reader) throws(WireError) in
            if isFirst && reader.kind() == .object {
                try takeFirstError(&reader, &fields)
            } else {
                try reader.skipValue(depth: 2)
            }
            isFirst = false
        }
    }

    private mutating func takeFirstError(
        _ reader: inout JSONReader, _ fields: inout ErrorFields
    ) throws(WireError) {
        try reader.members { (reader, key) throws(WireError) in
            let body = reader.bytes
            if scratch.isEqual(key, of: body, to: "code") {
                let text = try reader.stringValue(&fields.wrongTypes, depth: 3)
                fields.code = text.map { scratch.string($0, of: body) }
            } else if scratch.isEqual(key, of: body, to: "message"), reader.kind() == .string {
                let text = try reader.string()
                fields.saysExpired = scratch.string(text, of: body).contains("expired")
            } else {
                try reader.skipValue(depth: 3)
            }
        }
    }

    /// A member of an event stream's error.
    private mutating func takeErrorMember(
        _ key: JSONReader.Text, _ reader: inout JSONReader, _ fields: inout ErrorFields, depth: Int
    ) throws(WireError) {
        let body = reader.bytes
        if scratch.isEqual(key, of: body, to: "code") {
            let code = try reader.integerValue(&fields.wrongTypes, depth: depth)
            fields.number = code.flatMap { Int(exactly: $0) }
        } else if scratch.isEqual(key, of: body, to: "statusCode") {
            let status = try reader.integerValue(&fields.wrongTypes, depth: depth)
            fields.statusCode = status.flatMap { Int(exactly: $0) }
        } else {
            try reader.skipValue(depth: depth)
        }
    }
}
