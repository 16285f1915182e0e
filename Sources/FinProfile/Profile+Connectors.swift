public import FinMeasure

extension Profile {
    /// The endpoint that Fin's data connectors call, hosted by the run itself.
    public struct Connectors: Sendable, Equatable {
        /// The address it listens on.
        public var host = "127.0.0.1"
        /// The port it listens on; 0: a free one.
        public var port = 0
        /// From a call's last byte to its answer, nanoseconds.
        public var answerTime: Distribution = .fixed(50e6)
        /// The share of calls answered with 500, 0 to 1.
        public var failures = 0.0
        /// The connector whose executions are read when the load is over; nil: the one that the
        /// embedded simulator executes, and none of another target.
        public var id: String?

        /// Loopback, 50 ms.
        public init() {}

        /// Whether nothing but this machine can call it.
        public var isLoopback: Bool { Target(url: "http://\(host)").isLoopback }
    }

    /// The endpoint that the run hosts; nil where no connector calls one.
    public var hostedConnectors: Connectors? {
        let isNeeded = target == nil && simulator.connectors != nil && !hasOwnEndpoint
        return connectors ?? (isNeeded ? Connectors() : nil)
    }

    /// Whether the embedded simulator calls an endpoint of the user's.
    private var hasOwnEndpoint: Bool { simulator.connectors?.url != nil }
}

extension Field {
    /// Reads `connectors:`.
    func connectors() throws(ProfileError) -> Profile.Connectors {
        let section = try Section(self, SectionShape.connectors)
        var connectors = Profile.Connectors()
        if let field = section["listen"] {
            (connectors.host, connectors.port) = try field.listenAddress()
        }
        if let field = section["answer"] {
            connectors.answerTime = try field.distribution(.duration)
        }
        try section.read("failures", into: &connectors.failures, Field.share)
        if let field = section["id"] { connectors.id = try field.name(marks: "._-") }
        return connectors
    }

    /// `host:port`; the port may be 0.
    private func listenAddress() throws(ProfileError) -> (host: String, port: Int) {
        let text = try text()
        guard let colon = text.lastIndex(of: ":"), colon != text.startIndex,
            let port = UInt16(text[text.index(after: colon)...])
        else {
            throw error(
                "must be an address and a port, such as 127.0.0.1:8081 (0 takes a free one)")
        }
        return (String(text[..<colon]), Int(port))
    }
}

extension SectionShape {
    static let connectors = SectionShape([
        KeyShape(
            name: "listen", value: .text, summary: "where the endpoint listens; port 0: any",
            standard: "127.0.0.1:0"),
        KeyShape(
            name: "answer", value: .distribution(.duration), summary: "how long it answers",
            standard: "50ms"),
        KeyShape(
            name: "failures", value: .quantity(.percent, isPositive: false),
            summary: "calls answered with 500", standard: "0%"),
        KeyShape(
            name: "id", value: .pattern("^[A-Za-z0-9._-]{1,64}$"),
            summary: "the connector whose executions are read at the end; none: the embedded one",
            example: "'12345'"),
    ])
}

extension Profile.Connectors {
    /// As the profile writes it.
    var json: JSONValue {
        var keys: [String: JSONValue] = [
            "listen": .string("\(host):\(port)"), "answer": answerTime.json(JSONValue.span),
            "failures": .percent(failures),
        ]
        if let id { keys["id"] = .string(id) }
        return .object(keys)
    }
}
