// Hot: once per read, and once per event in it.

/// A parser of one event stream (`text/event-stream`): bytes in, borrowed events out.
///
/// Bytes may be split anywhere. An event is visited in the very read that brings its blank line: a
/// lone CR counts at once, and an LF that follows it later is swallowed as the rest of a CRLF. A
/// last block without its blank line is never visited.
///
/// Shape: 96 bytes in a row of a table; buffers are allocated when an event first spans two
/// reads or has several data lines, and when a stream first sends an `id`.
/// - Source: WHATWG HTML, "Server-sent events", sections 9.2.5 and 9.2.6.
public struct EventParser: ~Copyable {
    // Invariant: at most one of "the block's data lies in this read" (ReadCursor.dataStart >= 0) and
    // "the block's data lies in `data`" (hasData) holds; the same for type and IDs. Between feeds
    // only the second can.

    /// The line that the last read left unfinished.
    @usableFromInline var carry: [UInt8] = []
    /// The data of a block that spans reads or has several data lines.
    @usableFromInline var data: [UInt8] = []
    /// Where the data begins in its buffer: above 0 where that is a line taken whole.
    @usableFromInline var dataOffset = 0
    /// The type of a block that spans reads.
    @usableFromInline var type: [UInt8] = []
    /// The ID that the next blank line puts in force, when `hasPendingID`.
    @usableFromInline var pendingID: [UInt8] = []
    /// The ID in force.
    @usableFromInline var idInForce: [UInt8] = []
    /// Bytes of the stream before the current read.
    @usableFromInline var consumed = 0
    /// The last valid `retry`; -1 when none came.
    @usableFromInline var retry = -1
    @usableFromInline let lineLimit: Int32
    @usableFromInline let eventLimit: Int32
    /// A line of so many bytes is within both limits.
    @usableFromInline let shortLimit: Int32
    @usableFromInline var hasData = false
    @usableFromInline var hasType = false
    @usableFromInline var hasPendingID = false
    /// The last line ended in a CR: an LF that comes next belongs to it.
    @usableFromInline var followsCR = false
    /// Bytes of a byte order mark seen at the very start; 3 once that question is settled.
    @usableFromInline var orderMark: UInt8 = 0
    /// The rule that broke; nothing is parsed until `reset()`.
    var failure: WireError.Code?
    /// Comment lines since `reset()`; a server's sign of life.
    ///
    /// Stops at 65,535.
    public internal(set) var commentCount: UInt16 = 0
    var failureOffset = 0

    /// Makes a parser at the start of a stream; allocates nothing.
    ///
    /// - Parameters:
    ///   - lineLimit: longest line in bytes, without its end; above 0.
    ///   - eventLimit: longest data of one event in bytes, joined; above 0.
    public init(lineLimit: Int = 1 << 20, eventLimit: Int = 4 << 20) {
        precondition(lineLimit > 0 && eventLimit > 0, "limits of a parser are above 0 bytes")
        self.lineLimit = Int32(clamping: lineLimit)
        self.eventLimit = Int32(clamping: eventLimit)
        shortLimit = min(self.lineLimit, self.eventLimit)
    }

    /// Feeds the bytes of one read and visits each event completed by it, in stream order.
    ///
    /// - Parameters:
    ///   - bytes: raw stream bytes, any split; valid only during the call.
    ///   - visitor: called once per complete event, before this returns.
    /// - Throws: `WireError.Code.lineTooLong` or `.eventTooLong` with the stream offset, whatever the
    ///   split; events before it were visited. After that every feed throws the same, until `reset()`.
    /// - Complexity: O(bytes.count), one pass. No allocation unless an event spans reads or has
    ///   several data lines, or an ID is longer than any before it.
    @inlinable public mutating func feed<V: EventVisitor & ~Copyable>(
        _ bytes: Span<UInt8>, to visitor: inout V
    ) throws(WireError) where V.Failure == Never {
        do throws(FeedError<Never>) { try walk(bytes, &visitor) } catch {
            switch error {
            case .wire(let error): throw error
            }
        }
    }

    /// Feeds the bytes of one read to a visitor that can throw.
    ///
    /// As the other `feed`; when the visitor throws, the rest of `bytes` is not parsed and the
    /// parser wants `reset()`.
    /// - Throws: `FeedError.wire` where the other throws, `FeedError.visitor` with what it threw.
    @inlinable public mutating func feed<V: EventVisitor & ~Copyable>(
        _ bytes: Span<UInt8>, to visitor: inout V
    ) throws(FeedError<V.Failure>) {
        try walk(bytes, &visitor)
    }

    /// Both feeds.
    @inlinable mutating func walk<V: EventVisitor & ~Copyable>(
        _ bytes: Span<UInt8>, _ visitor: inout V
    ) throws(FeedError<V.Failure>) {
        if bytes.count < 4 {
            let isTaken: Bool
            do { isTaken = try takeCrumbs(bytes) } catch { throw .wire(error) }
            if isTaken { return }
        }
        var cursor = ReadCursor()
        var ends = LineEnds()
        do { try begin(bytes, &cursor) } catch { throw .wire(error) }
        while true {
            let step: Step
            do { step = try advance(bytes, &ends, &cursor) } catch {
                keepIDs(bytes, &cursor)
                throw .wire(error)
            }
            if step == .none { return }
            do { try visit(bytes, cursor, step, &visitor) } catch {
                keepIDs(bytes, &cursor)
                throw .visitor(error)
            }
            endBlock(&cursor)
        }
    }

    /// Lends one event, from the read or from the buffers.
    @inlinable func visit<V: EventVisitor & ~Copyable>(
        _ bytes: Span<UInt8>, _ cursor: ReadCursor, _ step: Step, _ visitor: inout V
    ) throws(V.Failure) {
        if cursor.idStart >= 0 {
            let id = bytes.extracting(cursor.idStart..<cursor.idEnd)
            try visit(bytes, cursor, step, id, &visitor)
        } else {
            try visit(bytes, cursor, step, idInForce.span, &visitor)
        }
    }

    @inlinable func visit<V: EventVisitor & ~Copyable>(
        _ bytes: Span<UInt8>, _ cursor: ReadCursor, _ step: Step, _ lastEventID: Span<UInt8>,
        _ visitor: inout V
    ) throws(V.Failure) {
        if step == .borrowed {
            let type = bytes.extracting(cursor.typeStart..<cursor.typeEnd)
            let data = bytes.extracting(cursor.dataStart..<cursor.dataEnd)
            try visitor.visit(EventView(type: type, data: data, lastEventID: lastEventID))
        } else {
            try visitor.visit(
                EventView(
                    type: type.span, data: data.span.extracting(dataOffset...),
                    lastEventID: lastEventID))
        }
    }

    /// Forgets the stream, for the next one; small buffers are kept.
    ///
    /// - Parameter keepsLastEventID: whether the ID in force survives, as it does when the same
    ///   stream is resumed.
    public mutating func reset(keepsLastEventID: Bool = false) {
        EventParser.empty(&carry)
        EventParser.empty(&data)
        EventParser.empty(&type)
        EventParser.empty(&pendingID)
        if !keepsLastEventID { EventParser.empty(&idInForce) }
        dataOffset = 0
        consumed = 0
        retry = -1
        hasData = false
        hasType = false
        hasPendingID = false
        followsCR = false
        orderMark = 0
        failure = nil
        commentCount = 0
    }

    /// Whether the bytes so far end within an event.
    public var isInEvent: Bool { !carry.isEmpty || hasData || hasType || hasPendingID }

    /// The reconnection time the stream asked for, in milliseconds; `nil` when it did not.
    public var retryMilliseconds: Int? { retry < 0 ? nil : retry }

    /// The last event ID in force, for `Last-Event-ID` on resume; empty when none was sent.
    public var lastEventID: Span<UInt8> {
        @_lifetime(borrow self)
        get { idInForce.span }
    }

    /// Empties a buffer, and gives it back when it has grown large.
    private static func empty(_ buffer: inout [UInt8]) {
        buffer.removeAll(keepingCapacity: buffer.capacity <= 4096)  // a long event, not a book
    }
}

/// Where the walk through one read stands.
@usableFromInline
struct ReadCursor {
    /// The next byte to look at: the start of a line, or of the rest of a carried one.
    @usableFromInline var position = 0
    /// The block's data in this read; `dataStart` is -1 when there is none.
    @usableFromInline var dataStart = -1
    @usableFromInline var dataEnd = 0
    /// The block's type in this read; an empty range when there is none.
    @usableFromInline var typeStart = 0
    @usableFromInline var typeEnd = 0
    /// The ID in force, where it came in this read; `idStart` is -1 when it did not.
    @usableFromInline var idStart = -1
    @usableFromInline var idEnd = 0
    /// The ID that waits for its blank line; `pendingIDStart` is -1 when there is none.
    @usableFromInline var pendingIDStart = -1
    @usableFromInline var pendingIDEnd = 0
    /// Whether the block may have more than data that lies in this read: an ID, a type from before.
    @usableFromInline var hasMore = false
    /// Whether the line at `position` began in an earlier read.
    @usableFromInline var isCarrying = false
    /// Whether the next line needs a look of its own: it is carried, or it follows a CR.
    @usableFromInline var isOdd = false

    @usableFromInline @inline(__always) init() {}
}

/// What a step through a read found.
@usableFromInline
enum Step {
    /// The read is used up.
    case none
    /// An event that lies in this read.
    case borrowed
    /// An event that lies in the parser's buffers.
    case kept
}
