#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Bytes that end flush against an unreadable page: reading one byte too many ends the process.
@safe public struct GuardedBuffer: ~Copyable {
    private let pages: UnsafeMutableRawPointer
    private let pageSize: Int
    private let capacity: Int

    /// Maps room for `capacity` bytes and a guard page behind it.
    public init(capacity: Int) {
        pageSize = sysconf(Int32(_SC_PAGESIZE))
        self.capacity = (capacity + pageSize - 1) / pageSize * pageSize
        let mapped = unsafe mmap(
            nil, self.capacity + pageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
            0)
        guard let mapped = unsafe mapped, unsafe mapped != MAP_FAILED else {
            preconditionFailure("mmap refused \(self.capacity) bytes")
        }
        unsafe pages = mapped
        let isGuarded = unsafe mprotect(pages + self.capacity, pageSize, PROT_NONE)
        precondition(isGuarded == 0, "mprotect refused a guard page")
    }

    deinit { unsafe munmap(pages, capacity + pageSize) }

    /// Copies `bytes` to the end of the room and lends them from there.
    public func withCopy<Result>(of bytes: [UInt8], _ body: (Span<UInt8>) -> Result) -> Result {
        precondition(bytes.count <= capacity, "the bytes fit the room")
        let start = unsafe pages + (capacity - bytes.count)
        for (index, byte) in bytes.enumerated() {
            unsafe start.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        }
        // Safe: the room is mapped until deinit, and `bytes.count` bytes of it were just written.
        let room = unsafe UnsafeRawBufferPointer(start: start, count: bytes.count)
        return unsafe body(Span<UInt8>(_bytes: RawSpan(_unsafeBytes: room)))
    }
}
