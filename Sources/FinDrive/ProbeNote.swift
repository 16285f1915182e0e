internal import FinLoop
internal import FinMeasure
internal import FinWire

/// When something happened, and by which clock.
struct ProbeMoment: Sendable, Equatable {
    /// Whose reading it is.
    enum Source: Sendable { case own, kernel, callback }

    /// On the monotonic clock.
    var instant: Instant
    /// Whose reading it is.
    var source: Source
    /// Unix minus monotonic nanoseconds, then.
    var wallOffset: Int64

    /// Something that we did.
    init(own instant: Instant, wallOffset: Int64) {
        self.instant = instant
        source = .own
        self.wallOffset = wallOffset
    }

    /// Something that arrived.
    init(_ stamp: ArrivalStamp, wallOffset: Int64) {
        instant = stamp.instant
        source = stamp.isKernel ? .kernel : .callback
        self.wallOffset = wallOffset
    }

    /// Unix time in nanoseconds.
    var unixNanoseconds: Int64 { Int64(clamping: instant.nanoseconds) + wallOffset }
}

/// How a transfer came to its connection.
struct ProbeConnection: Sendable, Equatable {
    /// Whether it stood already.
    var isReused: Bool
    var dns: Nanoseconds?
    var tcp: Nanoseconds?
    var tls: Nanoseconds?

    init(_ result: TransferResult) {
        // libcurl says "no new connection" also where none could be made.
        let wasMade = ![.connectFailed, .connectTimeout, .tlsFailed].contains(result.end)
        isReused = result.isReused && wasMade
        dns = result.dns
        tcp = result.tcp
        tls = result.tls
    }
}

/// One thing that happened in a probe.
enum ProbeNote: Sendable {
    /// A POST was handed over, with a body of so many bytes.
    case post(ProbeURL, byteCount: Int)
    /// The head of a response was complete.
    case head(ProbeHead)
    /// The body of a POST's response was complete.
    case answer(ProbeAnswer)
    /// The stream was dialled.
    case dial(ProbeURL, ProbeToken?, isResumed: Bool)
    /// An event came.
    case event(ProbeEvent)
    /// Comment lines came.
    case comments(Int)
    /// The stream asked for a reconnection time, in milliseconds.
    case retry(Int)
    /// The stream broke a limit of the parser.
    case overflow(WireError)
    /// A transfer ended after so many body bytes.
    case finished(TransferKind, TransferEnd, ProbeConnection, byteCount: Int)
    /// The turn is over.
    case over(TurnRecord)
    /// The user thinks before the next turn.
    case think(Nanoseconds)
}

/// A note, its place and its time.
struct ProbeEntry: Sendable {
    /// The turn, from 1.
    var turn: Int
    /// When it happened.
    var moment: ProbeMoment
    /// What happened.
    var note: ProbeNote
}
