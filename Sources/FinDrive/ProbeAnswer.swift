internal import FinWire

/// The body of a POST's answer as a probe keeps it.
struct ProbeAnswer: Sendable, Equatable {
    /// What the driver reads of a 200; nil when it is no JSON object.
    var fields: ResponseFields?
    /// What the driver reads of a refusal.
    var error: ErrorFields?
    /// Bytes of the body.
    var byteCount: Int
    /// `status`, as a word.
    var status = ""
    /// Attributes that were refused, such as `user.plan`.
    var refusedAttributes: [String] = []
    /// Members that no documentation names, as words.
    var unknownFields: [String] = []

    /// Reads a body with the driver's own scanner.
    ///
    /// - Parameter status: the HTTP status.
    init(_ body: Span<UInt8>, status: Int, _ scanner: inout EventScanner) {
        byteCount = body.count
        guard status == 200 else {
            error = try? scanner.scanError(body)
            return
        }
        fields = try? scanner.scanResponse(body)
        guard let members = try? scanner.outline(body, showing: [["status"]]) else { return }
        self.status = ProbeText.word(members.last { $0.path == ["status"] }?.text)
        refusedAttributes = members.compactMap(ProbeAnswer.refusedAttribute)
        unknownFields = OutlineMember.unknown(members, known: ProbeAnswer.knownPaths)
            .filter { !$0.hasPrefix("errors.") }
    }

    /// `errors.user.attributes.plan` is the user's attribute `plan`.
    private static func refusedAttribute(_ member: OutlineMember) -> String? {
        let path = member.path
        guard path.count == 4, path[0] == "errors", path[2] == "attributes" else { return nil }
        return "\(ProbeText.word(path[1])).\(ProbeText.word(path[3]))"
    }

    private static let knownPaths: Set<[String]> = [
        ["conversation_id"], ["user_id"], ["status"], ["created_at_ms"],
        ["sse_subscription_url"], ["errors"],
    ]
}
