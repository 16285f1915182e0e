public import FinMeasure

/// What came of the deliveries of one class.
public struct SendTally: Sendable {
    /// Which class.
    public let kind: SendClass
    /// Handed to the network.
    public internal(set) var sent: UInt64 = 0
    /// Answered with 2xx.
    public internal(set) var accepted: UInt64 = 0
    /// Answered with 4xx.
    public internal(set) var refused: UInt64 = 0
    /// Answered with another status.
    public internal(set) var other: UInt64 = 0
    /// Not answered in time.
    public internal(set) var timedOut: UInt64 = 0
    /// The connection was refused or broke before an answer.
    public internal(set) var failed: UInt64 = 0
    /// Still open when we stopped: nobody's fault.
    public internal(set) var cut: UInt64 = 0
    /// Answered as the class demands.
    public internal(set) var right: UInt64 = 0
    /// HTTP statuses and how often each came.
    public internal(set) var statuses: [Int: UInt64] = [:]
    /// Answer times from `planned`: what the sender's schedule felt.
    public internal(set) var planned = SeriesHistogram(metric: .firstReply)
    /// Answer times from `sent`: what the endpoint did.
    public internal(set) var service = SeriesHistogram(metric: .firstReply)

    init(_ kind: SendClass) { self.kind = kind }

    /// Deliveries that speak of the endpoint.
    public var judged: UInt64 { sent - cut }

    /// Whether every one was treated as the class demands; nil where none was sent to its end.
    public var isRight: Bool? { judged == 0 ? nil : right == judged }

    mutating func answer(_ status: Int, fromPlanned: Nanoseconds, fromSent: Nanoseconds) {
        statuses[status, default: 0] += 1
        switch status {
        case 200..<300: accepted += 1
        case 400..<500: refused += 1
        default: other += 1
        }
        if kind.isRight(status: status) { right += 1 }
        planned.record(fromPlanned)
        service.record(fromSent)
    }

    /// Counts a delivery without an answer: it ranks slower than every answer.
    mutating func miss(isTimeout: Bool, fromPlanned: Nanoseconds, fromSent: Nanoseconds) {
        if isTimeout { timedOut += 1 } else { failed += 1 }
        planned.record(.censored(waited: fromPlanned))
        service.record(.censored(waited: fromSent))
    }
}

/// How far a sender is.
public struct SendProgress: Sendable {
    /// Since the run's zero.
    public var elapsed: Nanoseconds
    /// Handed to the network.
    public var sent: UInt64
    /// Answered or given up.
    public var ended: UInt64
    /// Answered as demanded.
    public var right: UInt64
    /// Due, and held back by the limit of open requests.
    public var waiting: Int
}

/// What a sender leaves.
public struct SendResult: Sendable {
    /// A tally for each class, in the classes' order.
    public var tallies: [SendTally]
    /// How late deliveries were handed to the network.
    public var lag: SeriesHistogram
    /// Why it ended before its plan; nil when it did not.
    public var stop: Stop?
    /// From the first planned delivery to the last answer.
    public var length: Nanoseconds
    /// Planned deliveries that were never sent.
    public var unsent: Int
    /// Most requests open at once.
    public var mostOpen: Int
    /// Deliveries that waited because as many requests were open as are allowed.
    public var heldBack: UInt64
    /// Processor time of the sending thread.
    public var processorTime: Nanoseconds

    /// What ends a run early.
    public enum Stop: Sendable, Equatable {
        /// Ctrl-C.
        case interrupted
        /// The first requests all failed to reach the endpoint; libcurl's words.
        case unreachable(String)
    }
}
