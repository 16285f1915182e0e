public import FinMeasure

/// When the bytes of a read arrived.
public struct ArrivalStamp: Sendable {
    /// The kernel's receive stamp of the newest packet of the read, or the callback's clock.
    public var instant: Instant
    /// Whether `instant` is the kernel's.
    public var isKernel: Bool
    /// The callback's clock.
    public var callback: Instant
    /// The number of the read that brought the bytes, per thread; 0: not known.
    public var read: UInt32

    /// Joins the parts.
    @inlinable public init(
        instant: Instant, isKernel: Bool, callback: Instant, read: UInt32 = 0
    ) {
        self.instant = instant
        self.isKernel = isKernel
        self.callback = callback
        self.read = read
    }

    /// Whether one read brought the bytes of both, or one packet: libcurl hands each HTTP chunk over by
    /// itself, and TLS takes each record of a packet by reads of its own.
    @inlinable public func isSameRead(as other: ArrivalStamp) -> Bool {
        read != 0 && read == other.read
            || isKernel && other.isKernel && instant == other.instant
    }
}
