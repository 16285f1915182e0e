/// What a turn is made of, and so which metrics it can have.
public enum TurnKind: UInt8, Sendable, CaseIterable {
    /// A message of a conversation, and Fin's answer on an event stream.
    case message
    /// An operation of a scenario that its response alone answers.
    case call
    /// An operation of a scenario that Fin answers on an event stream.
    case answeredCall

    /// Whether it is an operation of a scenario.
    public var isOperation: Bool { self != .message }

    /// Whether a turn of this kind has the metric; else its value is absent, whatever happened.
    ///
    /// - Parameter metric: one whose scope is `turn`.
    public func has(_ metric: Metric) -> Bool {
        switch metric {
        case .opLatency: isOperation
        case .scheduleLag, .accept, .postDNS, .postTCP, .postTLS: true
        default: self != .call
        }
    }
}

extension TurnRecord {
    /// From the anchor to the end of the call's response.
    ///
    /// A call is taken when its turn ended well, or went on to its event stream: what breaks there is
    /// no fault of the call.
    func call(_ anchor: Anchor) -> Observation {
        let start = anchor == .planned ? planned : (sent ?? ended)
        if let response, outcome.isSuccess || streamDial != nil {
            return .measured(response - start)
        }
        if outcome == .cut { return .cut }
        return .censored(waited: max(ended - start, .zero))
    }
}
