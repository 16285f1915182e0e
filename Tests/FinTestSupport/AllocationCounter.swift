import CAllocationCounter

/// Counts what the calling thread asks of the heap.
public enum AllocationCounter {
    /// Whether calls are counted on this build; a sanitizer's heap is left alone.
    public static var isActive: Bool { allocation_counter_is_active() != 0 }

    /// How many allocations `body` makes on this thread.
    public static func count(_ body: () -> Void) -> Int {
        let before = allocation_counter_value()
        body()
        return Int(allocation_counter_value() - before)
    }
}
