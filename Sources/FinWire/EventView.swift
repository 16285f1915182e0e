// Hot: once per event.

/// One event of an event stream, borrowed from the read it came in.
///
/// The compiler refuses a view that outlives its visit.
public struct EventView: ~Copyable, ~Escapable {
    /// The event type, UTF-8 as received; empty means `message`.
    public let type: Span<UInt8>
    /// The data lines, joined by LF, UTF-8 as received.
    public let data: Span<UInt8>
    /// The last event ID in force, this event's own included; empty when none was sent.
    public let lastEventID: Span<UInt8>

    /// Joins three spans to a view.
    @_lifetime(copy type, copy data, copy lastEventID)
    @inlinable public init(
        type: Span<UInt8>, data: Span<UInt8>, lastEventID: Span<UInt8>
    ) {
        self.type = type
        self.data = data
        self.lastEventID = lastEventID
    }

    /// Whether the event type is `name`, for instance `error`.
    public func hasType(_ name: StaticString) -> Bool {
        ByteScan.equals(type, 0, type.count, name)
    }
}

/// What a parser hands its events to.
public protocol EventVisitor: ~Copyable {
    /// What a visit can throw; `Never` when it cannot.
    associatedtype Failure: Error = Never

    /// Takes one event, valid until this returns.
    ///
    /// - Throws: `Failure`, which ends the feed.
    mutating func visit(_ event: borrowing EventView) throws(Failure)
}
