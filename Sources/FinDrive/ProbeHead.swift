internal import FinLoop
internal import FinWire

/// The head of a response, as a probe keeps it: header lines of the protocol, the rest counted.
struct ProbeHead: Sendable, Equatable {
    /// Headers whose values are shown; cookies and the like are not.
    static let shown = [
        "content-type", "content-encoding", "cache-control", "connection", "transfer-encoding",
        "date", "server", "via", "x-request-id", "x-intercom-version", "x-ratelimit-limit",
        "x-ratelimit-remaining", "x-ratelimit-reset", "retry-after",
    ]

    /// A header that is shown.
    struct Field: Sendable, Equatable {
        /// In small letters.
        var name: String
        /// Printable, cut to 80 characters.
        var value: String
    }

    /// Which request was answered.
    var kind = TransferKind.post
    /// The HTTP status.
    var status = 0
    /// `HTTP/1.1`, from the status line.
    var version = ""
    /// In the order of arrival.
    var fields: [Field] = []
    /// Headers that are not shown.
    var otherCount = 0

    /// Takes one header line.
    mutating func take(_ line: Span<UInt8>) {
        if HeaderValue.begins(line, with: "http/") {
            // A status line: what stood before belonged to a 1xx.
            fields.removeAll()
            otherCount = 0
            let text = ProbeText.line(line)
            version = String(text.prefix { $0 != " " })
            return
        }
        for name in ProbeHead.shown where fields.count < 64 {
            if let value = HeaderValue.of(name, in: line) {
                fields.append(Field(name: name, value: ProbeText.line(value)))
                return
            }
        }
        otherCount += 1
    }

    /// A header's value; nil when it did not come.
    func value(_ name: String) -> String? { fields.first { $0.name == name }?.value }

    /// A header's value as a whole number.
    func number(_ name: String) -> Int? { value(name).flatMap { Int($0) } }

    /// Whether the body is an event stream.
    var isEventStream: Bool {
        value("content-type")?.lowercased().hasPrefix("text/event-stream") == true
    }
}
