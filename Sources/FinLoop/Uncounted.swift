// Hot: once per event.

/// A reference that is never counted: reading it costs neither a retain nor a release.
///
/// What a class's property holds is counted at each use, since whatever is called meanwhile might change
/// the property. Nothing checks that the object outlives this: keep one for the length of a call only,
/// and only of what its owner does not let go meanwhile.
@safe
public struct Uncounted<Object: AnyObject> {
    @usableFromInline let object: Unmanaged<Object>

    /// Refers to what somebody else keeps.
    @inlinable @inline(__always)
    public init(_ object: Object) { unsafe self.object = Unmanaged.passUnretained(object) }

    /// Lends the object.
    @inlinable @inline(__always)
    public func with<Result>(_ body: (Object) throws -> Result) rethrows -> Result {
        // Safe: its owner keeps the object, as is asked above.
        try unsafe object._withUnsafeGuaranteedRef(body)
    }
}

/// A loop's owner, reached with every read: by its address and its type, which nobody counts.
@safe
struct UncountedDelegate {
    private let type: any TransferDelegate.Type  // Cold: made once a run.
    private let address: UnsafeMutableRawPointer

    init(_ delegate: any TransferDelegate) {  // Cold: once a run.
        type = Swift.type(of: delegate)
        unsafe address = Unmanaged.passUnretained(delegate as AnyObject).toOpaque()
    }

    /// Lends the owner.
    @inline(__always)
    func with(
        _ body: (any TransferDelegate) -> Void  // Cold: two words in registers, no box.
    ) { unsafe type.lend(address, body) }
}

extension TransferDelegate {
    /// Lends the delegate that lies at an address.
    fileprivate static func lend(
        _ address: UnsafeMutableRawPointer,
        _ body: (any TransferDelegate) -> Void  // Cold: as above.
    ) {
        // Safe: the address of a `Self`, which owns the loop that calls.
        unsafe Unmanaged<Self>.fromOpaque(address)._withUnsafeGuaranteedRef { body($0) }
    }
}
