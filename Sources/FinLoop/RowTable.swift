/// A table of rows whose size is fixed before the run; a row is reached by its address.
///
/// Not safe to share between threads. A row must not be entered while it is being changed.
@safe
public final class RowTable<Row: ~Copyable> {
    /// How many rows there are.
    public let count: Int
    // Owned; `count` initialised rows.
    @usableFromInline let base: UnsafeMutablePointer<Row>

    /// Makes `count` rows.
    public init(count: Int, make: (Int) -> Row) {
        self.count = count
        unsafe base = .allocate(capacity: count)
        for index in 0..<count { unsafe (base + index).initialize(to: make(index)) }
    }

    deinit {
        unsafe base.deinitialize(count: count)
        unsafe base.deallocate()
    }

    /// Lends one row for reading and writing.
    ///
    /// O(1); traps on an index out of range.
    @inlinable @inline(__always)
    public func with<Result: ~Copyable, Failure: Error>(
        _ index: Int, _ body: (inout Row) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(index >= 0 && index < count, "row index out of range")
        return try unsafe body(&base[index])
    }
}
