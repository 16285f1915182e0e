internal import FinMeasure
internal import FinProfile

/// What a fault of the simulator must look like in a turn's row: the documented table, as code.
struct FaultExpectation {
    /// How the turn must end.
    enum End {
        /// With its done signal.
        case well
        /// As a failure, for one of these causes.
        case failed(Outcome, causes: [String])
    }

    let end: End
    /// The integrity class that must be found, and no other one.
    let flag: TurnFlags
    /// How it ends instead where events carry ids, so that the broken stream was resumed; nil: a
    /// resumed stream is no part of it.
    let resumed: End?

    private init(_ end: End, flag: TurnFlags = [], resumed: End? = nil) {
        self.end = end
        self.flag = flag
        self.resumed = resumed
    }

    /// What the truth log's word for a fault stands for; nil for one that is not known here.
    ///
    /// The empty word, a turn without a fault, ends well; `rate_limit` is no fault but the limit of
    /// the profile.
    init?(named name: String) {
        if name.isEmpty {
            self.init(.well)
        } else if name == "rate_limit" {
            self.init(.failed(.rateLimited, causes: ["post_429"]))
        } else if let fault = SimulatorSettings.Fault(rawValue: name) {
            self.init(fault)
        } else {
            return nil
        }
    }

    private init(_ fault: SimulatorSettings.Fault) {
        let unauthorized = End.failed(.tokenExpired, causes: ["stream_401"])
        switch fault {
        case .stall: self.init(.failed(.timeout, causes: ["first_chunk", "idle", "turn"]))
        case .cut, .reset:
            self.init(.failed(.closedBeforeDone, causes: ["stream"]), resumed: .well)
        case .missingDone:
            // The turn is over on the server: its token opens nothing any more.
            self.init(.failed(.closedBeforeDone, causes: ["stream"]), resumed: unauthorized)
        case .tokenExpiry: self.init(unauthorized)
        case .tokenError: self.init(.failed(.tokenExpired, causes: ["error_event"]))
        case .hugeEvent: self.init(.failed(.protocolError, causes: ["oversized_event"]))
        case .http429: self.init(.failed(.rateLimited, causes: ["post_429"]))
        case .http500: self.init(.failed(.httpError, causes: ["post_500"]))
        case .http503: self.init(.failed(.httpError, causes: ["post_503"]))
        case .malformedJSON: self.init(.well, flag: .malformedEvent)
        case .duplicateReply: self.init(.well, flag: .duplicateReply)
        case .indexGap: self.init(.well, flag: .indexGap)
        case .lateChunk: self.init(.well, flag: .lateChunk)
        case .slowHeaders, .largeEvent, .splitBytes, .crlf, .cr, .bom, .multiLine, .unknownEvent:
            self.init(.well)
        }
    }

    /// Whether a turn looks as it must.
    ///
    /// - Parameters:
    ///   - turn: what the run says; not one that we cut.
    ///   - truth: what the server says of the same turn.
    func agrees(_ turn: TurnRow, _ truth: TruthRow) -> Bool {
        let detail = TurnDetail(turn.detail)
        if case .well = end, turn.outcome.isFailure, truth.doneWritten == nil {
            return FaultExpectation.isUnfinished(turn.outcome, hasFault: !truth.fault.isEmpty)
        }
        if detail.flags.contains(.resumed), let resumed {
            return FaultExpectation.isMet(resumed, turn.outcome, detail, flag: [])
        }
        return FaultExpectation.isMet(end, turn.outcome, detail, flag: flag)
    }

    /// Whether a turn may have ended so because the server never came to its end.
    ///
    /// The profile had less patience than the answer took, or, without a fault, the stream or its
    /// token did not last: no fault explains that, or need to. Everything else is the run's own word.
    private static func isUnfinished(_ outcome: Outcome, hasFault: Bool) -> Bool {
        switch outcome {
        case .timeout: true
        case .closedBeforeDone, .tokenExpired: !hasFault
        default: false
        }
    }

    private static func isMet(
        _ end: End, _ outcome: Outcome, _ detail: TurnDetail, flag: TurnFlags
    ) -> Bool {
        guard detail.classes == flag else { return false }
        switch end {
        case .well: return outcome.isSuccess
        case .failed(let expected, let causes):
            return outcome == expected && causes.contains(detail.cause)
        }
    }

    /// The expectation for a table: `done + index_gap`, `token_expired stream_401`.
    var words: String {
        let flags = flag.setNames.map { " + \($0)" }.joined()
        switch end {
        case .well: return "done" + flags
        case .failed(let outcome, let causes):
            return "\(outcome.rawValue) \(causes.joined(separator: "|"))" + flags
        }
    }
}

/// The `detail` of a row of `turns.csv`, taken apart.
struct TurnDetail {
    /// The word that is no flag; empty without one.
    let cause: String
    /// What was found.
    let flags: TurnFlags

    /// What says how a turn came about, not that something was wrong with it.
    private static let remarks: TurnFlags = [
        .lateSubscription, .subscriptionBound, .resumed, .inferredDone, .waited429,
        .waitedHuman,
    ]

    init(_ text: String) {
        var flags: TurnFlags = []
        var rest: [Substring] = []
        for word in text.split(separator: "+") {
            if let bit = TurnFlags.names.firstIndex(of: String(word)) {
                flags.insert(TurnFlags(rawValue: 1 << UInt32(bit)))
            } else {
                rest.append(word)
            }
        }
        cause = rest.joined(separator: "+")
        self.flags = flags
    }

    /// The integrity classes among the flags.
    var classes: TurnFlags { flags.subtracting(TurnDetail.remarks) }
}
