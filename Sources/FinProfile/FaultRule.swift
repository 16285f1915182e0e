extension SimulatorSettings {
    /// What the simulator can do wrong on purpose, in one turn.
    ///
    /// The raw value is the key in a profile and the name in the truth log.
    public enum Fault: String, Codable, Sendable, CaseIterable, CodingKeyRepresentable {
        // The turn never reaches its end.

        /// Goes quiet after some chunks, for good; comments still come.
        case stall
        /// Closes the connection in the middle of a stream, in order (FIN).
        case cut
        /// Resets the connection in the middle of a stream (RST).
        case reset
        /// Ends the response before the done signal.
        case missingDone = "missing_done"
        /// Refuses the stream with 401: its token has expired.
        case tokenExpiry = "token_expiry"
        /// Ends the stream with an `error` event that says that its token has expired.
        case tokenError = "token_error"
        /// Sends an event above the client's limit of 1 MiB a line.
        case hugeEvent = "huge_event"

        // The POST is answered with that status; its repeat is served.
        case http429 = "http_429"
        case http500 = "http_500"
        case http503 = "http_503"

        // The turn reaches its end, but something in it is not as documented.

        /// Sends one event whose data is JSON that breaks off.
        case malformedJSON = "malformed_json"
        /// Sends a `fin_replied` twice.
        case duplicateReply = "duplicate_reply"
        /// Skips a `chunk_index`.
        case indexGap = "index_gap"
        /// Sends one more chunk after its `fin_replied`.
        case lateChunk = "late_chunk"

        // Unusual, but right: nothing may be counted against the turn.

        /// Holds the headers of the stream's response back.
        case slowHeaders = "slow_headers"
        /// Sends a large event that is still below the client's limit.
        case largeEvent = "large_event"
        /// Writes each event in up to seven packets, one split inside a character.
        case splitBytes = "split_bytes"
        /// Ends every line of the stream with CR LF.
        case crlf
        /// Ends every line of the stream with CR alone.
        case cr
        /// Begins the stream with a byte order mark.
        case bom
        /// Spreads the data of each event over several lines.
        case multiLine = "multi_line"
        /// Sends an event, and a field, that nobody documents.
        case unknownEvent = "unknown_event"

        /// Whether it answers the POST, rather than spoils the stream.
        public var refusesCall: Bool {
            switch self {
            case .http429, .http500, .http503: true
            default: false
            }
        }
    }

    /// Which turns have a fault.
    public struct FaultRule: Codable, Sendable, Equatable {
        /// What goes wrong.
        public var fault: Fault
        /// In which turns.
        public var scope: Scope
        /// How long `slow_headers` waits, nanoseconds.
        public var delay: Double = 2e9
        /// How large the data of a `huge_event` or `large_event` is, bytes.
        public var size: Double

        /// Which turns a rule is about.
        public enum Scope: Codable, Sendable, Equatable {
            /// A share of the turns, 0 to 1; of those whose request comes in the window, if any.
            case share(Double, window: Window?)
            /// Turns of these conversations, by their numbers in the plan (from 0); nil: all of
            /// their turns.
            case chosen([UInt64], turn: Int?)
        }

        /// A span of time since the first request.
        public struct Window: Codable, Sendable, Equatable {
            /// Its begin, nanoseconds.
            public var start: Double
            /// Its end, nanoseconds; not part of it; infinite windows end at the largest number.
            public var end: Double

            /// Joins the two.
            public init(start: Double, end: Double = .greatestFiniteMagnitude) {
                self.start = start
                self.end = end
            }

            /// Whether an instant, nanoseconds since the first request, lies in it.
            public func contains(_ instant: Double) -> Bool { start <= instant && instant < end }
        }

        /// A rule with the parameters' defaults.
        public init(_ fault: Fault, _ scope: Scope) {
            self.fault = fault
            self.scope = scope
            size = FaultRule.sizes(fault).standard
        }

        /// A share of all turns, 0 to 1.
        public init(_ fault: Fault, share: Double) {
            self.init(fault, .share(share, window: nil))
        }

        /// The size of a sent event, bytes: what it may be, and what it is unless a profile says.
        ///
        /// The client's limit is 1 MiB (1048576 bytes) a line.
        static func sizes(_ fault: Fault) -> (least: Double, most: Double, standard: Double) {
            // 1,100 kB and 1 MB keep clear of the limit on both sides, envelope and all.
            fault == .hugeEvent ? (1.1e6, 64e6, 2 * 1_048_576) : (1e3, 1e6, 512 * 1024)
        }
    }
}

extension [SimulatorSettings.FaultRule] {
    /// The largest sum of shares that are active at one time, 0 or more.
    ///
    /// A sum only grows where a window begins, so only those instants are looked at.
    var largestSum: Double {
        let starts = compactMap { rule -> Double? in
            guard case .share(_, let window) = rule.scope else { return nil }
            return window?.start ?? 0
        }
        let sums = starts.map { start in
            compactMap { $0.share(at: start) }.sorted().reduce(0, +)
        }
        return sums.max() ?? 0
    }
}

extension SimulatorSettings.FaultRule {
    /// Its share of the turns whose request comes then (nanoseconds since the first request); nil
    /// where it has none.
    public func share(at instant: Double) -> Double? {
        guard case .share(let share, let window) = scope else { return nil }
        return window?.contains(instant) ?? true ? share : nil
    }
}
