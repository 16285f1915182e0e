// Hot: once per transfer, and per event of epoll.
internal import CFinShims

/// The sockets that epoll watches for libcurl, by descriptor.
///
/// libcurl lets go of a connection's socket at the end of each transfer and asks for it again with the
/// next. Here it stays watched in between, which saves both system calls. What comes while nobody
/// waits (the server's end, mostly) is no event of a transfer: the socket is let go of then, and
/// libcurl looks at it before it uses it again.
struct WatchedSockets {
    private struct Entry {
        /// What comes back with its events.
        var tag: UInt64 = 0
        /// The events it is watched for; 0: it is not.
        var bits: UInt32 = 0
        /// Whether libcurl says when it opens and closes it; of a resolver's pipe it does not.
        var isConnection = false
        /// Whether it is watched though no transfer waits for it.
        var isIdle = false
        /// Whether libcurl may use it for its next transfer.
        var isFree = false
    }

    // Invariant: isIdle => bits == EPOLLIN && isConnection; freeCounts[shard] is how many of its are free.
    private let epoll: Epoll
    private var entries: [Entry] = []
    private var freeCounts: [Int]

    init(_ epoll: Epoll, shardCount: Int) {
        self.epoll = epoll
        freeCounts = Array(repeating: 0, count: shardCount)
    }

    /// What comes back with the events of a shard's socket.
    static func tag(_ fd: Int32, shard: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: fd)) | UInt64(UInt32(bitPattern: shard)) << 32
    }

    /// The socket and the shard of a tag.
    static func parts(_ tag: UInt64) -> (fd: Int32, shard: Int) {
        (Int32(truncatingIfNeeded: tag & 0xFFFF_FFFF), Int(tag >> 32))
    }

    /// Whether a shard may have a connection that libcurl can use again.
    ///
    /// True as well where the server has ended it and libcurl has not seen that yet.
    func hasFree(shard: Int) -> Bool { freeCounts[shard] > 0 }

    /// libcurl has a new socket: whatever had its number is gone.
    mutating func open(_ fd: Int32) {
        forget(fd)
        entries[Int(fd)].isConnection = true
    }

    /// libcurl is about to close a socket; the kernel then watches it no more.
    mutating func forget(_ fd: Int32) {
        reach(fd)
        setFree(fd, false)
        entries[Int(fd)] = Entry()
    }

    /// libcurl waits for these events.
    ///
    /// - Throws: `LoopError` when the kernel refuses; nothing of the socket will be heard then.
    mutating func watch(_ fd: Int32, events bits: UInt32, tag: UInt64) throws(LoopError) {
        reach(fd)
        setFree(fd, false)
        let known = entries[Int(fd)]
        entries[Int(fd)].isIdle = false
        if known.isIdle && known.bits == bits && known.tag == tag { return }
        entries[Int(fd)].bits = bits
        entries[Int(fd)].tag = tag
        try epoll.watch(fd, events: bits, tag: tag)
    }

    /// libcurl waits for nothing of the socket any more.
    ///
    /// - Parameter isAnswered: whether a response came over it. Before that libcurl closes a socket
    ///   unsaid (an attempt that lost against another, a handshake that failed): it must not stay.
    mutating func release(_ fd: Int32, isAnswered: Bool) {
        reach(fd)
        let entry = entries[Int(fd)]
        let isFree = isAnswered && entry.isConnection
        setFree(fd, isFree)
        let staysWatched = isFree && entry.bits == UInt32(EPOLLIN.rawValue)
        if staysWatched { entries[Int(fd)].isIdle = true } else { drop(fd) }
    }

    /// Takes an event of epoll.
    ///
    /// - Returns: whether it is for libcurl.
    mutating func take(_ fd: Int32) -> Bool {
        reach(fd)
        if entries[Int(fd)].isIdle {
            drop(fd)
            return false
        }
        return true
    }

    private mutating func drop(_ fd: Int32) {
        entries[Int(fd)].bits = 0
        entries[Int(fd)].isIdle = false
        epoll.forget(fd)
    }

    private mutating func setFree(_ fd: Int32, _ isFree: Bool) {
        guard entries[Int(fd)].isFree != isFree else { return }
        entries[Int(fd)].isFree = isFree
        freeCounts[WatchedSockets.parts(entries[Int(fd)].tag).shard] += isFree ? 1 : -1
    }

    /// Grows to the descriptor; the system's limit of open files bounds it.
    private mutating func reach(_ fd: Int32) {
        precondition(fd >= 0, "a socket has a number from 0 on")
        while entries.count <= Int(fd) { entries.append(Entry()) }
    }
}
