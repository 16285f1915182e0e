public import FinMeasure

/// When the bytes of a read arrived.
public struct ArrivalStamp: Sendable {
    /// The kernel's receive stamp of the newest packet of the read, or the callback's clock.
    public var instant: Instant
    /// Whether `instant` is the kernel's.
    public var isKernel: Bool
    /// The callback's clock.
    public var callback: Instant

    /// Joins the parts.
    @inlinable public init(instant: Instant, isKernel: Bool, callback: Instant) {
        self.instant = instant
        self.isKernel = isKernel
        self.callback = callback
    }
}
