/// One member of a JSON document, as far as it can be shown to anybody: where it stands, of what kind
/// it is, how long its text is.
///
/// The text itself is kept only where the path was asked for.
public struct OutlineMember: Hashable, Sendable {
    /// The kind of a member's value.
    public enum Kind: UInt8, Sendable {
        /// A string.
        case string
        /// A number.
        case number
        /// An object; its members follow, unless it lies too deep.
        case object
        /// An array; what is in it is not listed.
        case array
        /// `true`, `false` or `null`.
        case literal
    }

    /// The keys that lead to the member, outermost first.
    public var path: [String]
    /// What it is.
    public var kind: Kind
    /// Bytes of a string's meaning in UTF-8; 0 for other kinds.
    public var byteCount = 0
    /// A string's meaning, only where the path was asked for.
    public var text: String?
    /// A number that is written as a plain integer, only where the path was asked for.
    public var integer: Int64?

    /// A member of which only place and kind are known.
    public init(path: [String], kind: Kind) {
        self.path = path
        self.kind = kind
    }
}

/// A walk that lists members; the document is checked as every other one is.
private struct OutlinePass {
    // Four levels hold all that Intercom documents (`errors.user.attributes.plan`).
    static let depthLimit = 4
    static let memberLimit = 256

    let shown: Set<[String]>
    var members: [OutlineMember] = []

    /// Lists one object's members; the reader stands at its opening brace.
    mutating func takeObject(
        _ reader: inout JSONReader, at path: [String], _ scratch: inout UnescapeBuffer
    ) throws(WireError) {
        var hasMember = try reader.beginObject()
        while hasMember {
            let key = try reader.key()
            let name = scratch.string(key, of: reader.bytes)
            try takeValue(&reader, at: path + [name], &scratch)
            hasMember = try reader.continueObject()
        }
    }

    private mutating func takeValue(
        _ reader: inout JSONReader, at path: [String], _ scratch: inout UnescapeBuffer
    ) throws(WireError) {
        let isShown = shown.contains(path)
        var member = OutlineMember(path: path, kind: .literal)
        switch reader.kind() {
        case .string:
            member.kind = .string
            scratch.fill(try reader.string(), of: reader.bytes)
            member.byteCount = scratch.bytes.count
            if isShown { member.text = String(decoding: scratch.bytes, as: UTF8.self) }
        case .number:
            member.kind = .number
            let value = try reader.number()
            if isShown { member.integer = value }
        case .object where path.count < OutlinePass.depthLimit:
            member.kind = .object
            add(member)
            return try takeObject(&reader, at: path, &scratch)
        case .object:
            member.kind = .object
            try reader.skipValue(depth: path.count)
        case .array:
            member.kind = .array
            try reader.skipValue(depth: path.count)
        case .literal, .none: try reader.skipValue(depth: path.count)
        }
        add(member)
    }

    private mutating func add(_ member: OutlineMember) {
        if members.count < OutlinePass.memberLimit { members.append(member) }
    }
}

extension EventScanner {
    /// Lists the members of a document, for a person who wants to know what is in it: a probe.
    ///
    /// Objects are opened four deep, arrays never; the first 256 members are listed, in the
    /// document's order, a key that comes twice twice.
    /// - Parameters:
    ///   - document: one JSON document in UTF-8, an object.
    ///   - shown: the paths whose texts and integers are kept; every other text is only measured.
    /// - Throws: `WireError` with the offset of the first offending byte.
    /// - Complexity: O(document.count), with allocations: not for the load path.
    public mutating func outline(
        _ document: Span<UInt8>, showing shown: Set<[String]> = []
    ) throws(WireError) -> [OutlineMember] {
        var reader = JSONReader(document)
        try reader.requireObject()
        var pass = OutlinePass(shown: shown)
        try pass.takeObject(&reader, at: [], &scratch)
        try reader.finish()
        return pass.members
    }
}
