internal import CFinShims
internal import FinMeasure

/// One libcurl multi handle of a loop: its sockets are in the loop's epoll, its timer is a deadline.
@safe
struct MultiShard: ~Copyable {
    let multi: UnsafeMutableRawPointer
    let index: Int32
    // The loop that owns the shard; unretained, it outlives the shard.
    let loop: UnsafeMutableRawPointer
    /// When libcurl wants to be called even if no socket is ready.
    var deadline = Instant.never
    /// libcurl was called since its messages were read.
    var hasMessages = false

    /// - Parameters:
    ///   - connectionCount: connections kept for reuse; each return beyond it scans them all.
    ///   - streamsPerConnection: requests that share an HTTP/2 connection; nil: HTTP/1.1.
    init(
        index: Int, loop: UnsafeMutableRawPointer, connectionCount: Int, streamsPerConnection: Int?
    ) throws(LoopError) {
        guard let multi = unsafe curl_multi_init() else {
            throw LoopError(operation: "curl_multi_init", errno: 0, advice: "free some memory")
        }
        unsafe self.multi = unsafe multi
        self.index = Int32(index)
        unsafe self.loop = unsafe loop
        unsafe _ = fin_multi_set_long(multi, CURLMOPT_MAXCONNECTS, connectionCount)
        // Streams do not share connections unless asked to: a pending one must not wait.
        let sharing = streamsPerConnection == nil ? CURLPIPE_NOTHING : CURLPIPE_MULTIPLEX
        unsafe _ = fin_multi_set_long(multi, CURLMOPT_PIPELINING, Int(sharing))
        if let streamsPerConnection {
            unsafe _ = fin_multi_set_long(
                multi, CURLMOPT_MAX_CONCURRENT_STREAMS, streamsPerConnection)
        }
    }

    deinit { unsafe curl_multi_cleanup(multi) }

    /// Tells libcurl where its sockets and its timer are looked after: this shard's address.
    static func connect(_ shard: UnsafeMutablePointer<MultiShard>) {
        let multi = unsafe shard.pointee.multi
        unsafe _ = fin_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, shard)
        unsafe _ = fin_multi_set_socket_function(multi, socketChanged)
        unsafe _ = fin_multi_set_pointer(multi, CURLMOPT_TIMERDATA, shard)
        unsafe _ = fin_multi_set_timer_function(multi, timerChanged)
    }
}

/// Whether a handle's transfer has had its response headers; libcurl's own handles have no transfer.
private func isAnswered(_ easy: UnsafeMutableRawPointer?) -> Bool {
    var row: UnsafeMutableRawPointer?
    unsafe _ = fin_get_pointer(easy, CURLINFO_PRIVATE, &row)
    // Safe: the row's address, handed to libcurl by `TransferLoop.setCallbacks`.
    return unsafe row?.assumingMemoryBound(to: Transfer.self).pointee.hasHeaders ?? false
}

/// libcurl wants other events of a socket.
private let socketChanged: fin_socket_function = { easy, fd, what, context, _ in
    guard let context = unsafe context else { return 0 }
    // Safe: the address that `connect` handed over; shards live as long as their loop.
    let shard = unsafe context.assumingMemoryBound(to: MultiShard.self)
    let loop = unsafe Unmanaged<TransferLoop>.fromOpaque(shard.pointee.loop)
    unsafe loop._withUnsafeGuaranteedRef {
        unsafe $0.socketChanged(
            fd: fd, what: what, shard: shard.pointee.index, isAnswered: isAnswered(easy))
    }
    return 0
}

/// libcurl wants to be called in so many milliseconds; -1: not at all.
private let timerChanged: fin_timer_function = { _, milliseconds, context in
    guard let context = unsafe context else { return 0 }
    let shard = unsafe context.assumingMemoryBound(to: MultiShard.self)
    unsafe shard.pointee.deadline =
        milliseconds < 0 ? .never : Clock.now() + .milliseconds(Int64(milliseconds))
    return 0
}
