/// What a driver keeps of the answer to `/fin/start`, `/fin/reply` and their kin.
///
/// Only members at the top of the object count, in any order; of a key that comes twice the last
/// value counts. A `null` is an absent member.
public struct ResponseFields: Hashable, Sendable {
    /// `status`.
    public var status = EventFields.Status.none
    /// Whether `errors` holds anything; the call succeeded all the same.
    public var hasErrors = false
    /// How many known keys had a value of another type than documented; these count as absent.
    public var wrongTypes = 0
    /// `created_at_ms` in Unix milliseconds; `nil` when absent or unreadable.
    public var createdAtMilliseconds: Int64?
    /// `conversation_id`.
    public var conversationID: TextDigest?
    /// `sse_subscription_url`, to be used verbatim; `nil` when streaming is not granted.
    public var subscriptionURL: String?

    /// A response of which nothing is known.
    public init() {}
}

extension EventScanner {
    /// Reads a response body.
    ///
    /// - Throws: `WireError` with the offset of the first offending byte, `.notAnObject` included.
    /// - Complexity: O(body.count), one pass; one allocation for the URL.
    public mutating func scanResponse(
        _ body: Span<UInt8>
    ) throws(WireError) -> ResponseFields {
        var fields = ResponseFields()
        var reader = JSONReader(body)
        try reader.requireObject()
        var hasMember = try reader.beginObject()
        while hasMember {
            let key = try reader.key()
            if scratch.isEqual(key, of: body, to: "status") {
                let status = try reader.stringValue(&fields.wrongTypes)
                fields.status = status.map { scratch.read($0, of: body) } ?? .none
            } else if scratch.isEqual(key, of: body, to: "created_at_ms") {
                let text = try reader.stringValue(&fields.wrongTypes)
                let instant: UnixMilliseconds? = text.map { scratch.read($0, of: body) }
                fields.createdAtMilliseconds = instant?.count
            } else if scratch.isEqual(key, of: body, to: "conversation_id") {
                let text = try reader.stringValue(&fields.wrongTypes)
                fields.conversationID = text.map { scratch.read($0, of: body) }
            } else if scratch.isEqual(key, of: body, to: "sse_subscription_url") {
                let text = try reader.stringValue(&fields.wrongTypes)
                fields.subscriptionURL = text.map { scratch.string($0, of: body) }
            } else if scratch.isEqual(key, of: body, to: "errors") {
                fields.hasErrors = try reader.skipContainer()
            } else {
                try reader.skipValue(depth: 1)
            }
            hasMember = try reader.continueObject()
        }
        try reader.finish()
        return fields
    }
}

extension JSONReader {
    /// The string value of a member at the top; `nil` for `null`, and for any other type, which is
    /// counted in `wrongTypes`.
    @inline(__always) mutating func stringValue(
        _ wrongTypes: inout Int, depth: Int = 1
    ) throws(WireError) -> Text? {
        if kind() == .string { return try string() }
        try skipUnless(null: &wrongTypes, depth: depth)
        return nil
    }

    /// The integer value of a member; `nil` for `null`, and for anything else, which is counted.
    mutating func integerValue(
        _ wrongTypes: inout Int, depth: Int = 1
    ) throws(WireError) -> Int64? {
        guard kind() == .number else {
            try skipUnless(null: &wrongTypes, depth: depth)
            return nil
        }
        let value = try number()
        if value == nil { wrongTypes &+= 1 }
        return value
    }

    /// Skips a value, counting it unless it is `null`.
    mutating func skipUnless(
        null wrongTypes: inout Int, depth: Int
    ) throws(WireError) {
        if kind() == .literal {
            if try literal() != .null { wrongTypes &+= 1 }
        } else {
            try skipValue(depth: depth)
            wrongTypes &+= 1
        }
    }

    /// Skips the value of a member at the top; whether it was a container with something in it.
    mutating func skipContainer() throws(WireError) -> Bool {
        let kind = kind()
        let start = position
        try skipValue(depth: 1)
        guard kind == .object || kind == .array else { return false }
        for index in start &+ 1..<position &- 1 where bytes[index] > 0x20 { return true }
        return false
    }
}
