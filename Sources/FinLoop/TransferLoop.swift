// Hot: once per wake-up.
internal import CFinShims
public import FinMeasure
private import Glibc

/// One event loop: one epoll descriptor, libcurl multi handles in shards, kernel receive stamps.
///
/// Everything happens on the thread that calls `poll`; nothing here is safe to share. Streams go to
/// shards of a few hundred, because libcurl's cost per call grows with a multi's transfers; POSTs
/// have a multi of their own with a small connection cache, so that idle ones do not eat descriptors.
@safe
public final class TransferLoop {  // Cold: one object a process; rows are reached by address.
    private static let mailboxTag = UInt64.max

    let settings: TransferSettings
    let epoll: Epoll
    var sockets: WatchedSockets
    // Owned tables, fixed in size; libcurl holds addresses into them.
    let transfers: UnsafeMutablePointer<Transfer>
    let shards: UnsafeMutablePointer<MultiShard>
    let shardCount: Int
    let errorText: UnsafeMutablePointer<CChar>
    var headers = HeaderLists()
    var share: UnsafeMutableRawPointer?
    var offset = WallOffset()

    private var isInsideLibcurl = false
    /// Whether the stamp of libcurl's last read is that of what ends now.
    private var isReadStanding = false
    private var pendingHangUps: [Int] = []
    // Rows that were begun, connected or not: what is of no use any more is forgotten at the next poll.
    var connecting = DeadlineQueue<Int>()
    /// Transfers that have ended so far.
    private var endCount = 0
    // Whether any shard has messages: many are asked in vain otherwise, at each wake-up.
    private var hasMessages = false
    private var lastPollEnd: Instant?
    /// What the host refused on the way: the transfers of such a loop cannot be trusted any more.
    public private(set) var failure: LoopError?
    /// Polls that did not sleep and found nothing, in sum: processor time that was no work.
    public private(set) var spun = Nanoseconds.zero

    // The delegate owns the loop. A generic loop could not be reached from C.
    private let delegate: UncountedDelegate

    /// Open SSE responses right now: headers in, end not seen.
    public private(set) var openStreamCount = 0
    /// Steps of the wall clock seen so far; each made one wake-up use callback stamps.
    public var clockStepCount: Int { offset.stepCount }
    /// Unix minus monotonic nanoseconds, as sampled last.
    public var wallOffsetNanoseconds: Int64 { offset.nanoseconds }
    /// What that may have been wrong by, at the most, since the last call.
    public func takeLargestOffsetError() -> Nanoseconds { offset.takeLargestError() }

    /// Makes the loop's descriptor, shards and rows.
    ///
    /// - Parameter delegate: not retained: it must live until the loop's last call returns.
    public init(
        settings: TransferSettings, delegate: any TransferDelegate  // Cold: once a run.
    ) throws(LoopError) {
        guard curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK else {
            throw LoopError(operation: "curl_global_init", errno: 0, advice: "reinstall libcurl")
        }
        self.settings = settings
        self.delegate = UncountedDelegate(delegate)
        epoll = try Epoll()
        let rowCount = settings.rowCount
        shardCount = 1 + max(1, (rowCount + settings.shardSize - 1) / settings.shardSize)
        sockets = WatchedSockets(epoll, shardCount: shardCount)
        unsafe transfers = .allocate(capacity: rowCount)
        for row in 0..<rowCount { unsafe (transfers + row).initialize(to: Transfer(row: row)) }
        unsafe shards = .allocate(capacity: shardCount)
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        try makeShards()
        headers.fill(settings)
        makeShare()
        _ = offset.sample()
    }

    deinit {
        for row in 0..<settings.rowCount { detach(row) }
        unsafe transfers.deinitialize(count: settings.rowCount)
        unsafe transfers.deallocate()
        unsafe shards.deinitialize(count: shardCount)
        unsafe shards.deallocate()
        if let share = unsafe share { unsafe _ = curl_share_cleanup(share) }
        headers.free()
        unsafe errorText.deallocate()
    }

    private func makeShards() throws(LoopError) {
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        for index in 0..<shardCount {
            let connectionCount = index == 0 ? settings.keptPosts : settings.shardSize
            unsafe (shards + index).initialize(
                to: try MultiShard(
                    index: index, loop: own, connectionCount: connectionCount,
                    streamsPerConnection: settings.streamsPerConnection))
            unsafe MultiShard.connect(shards + index)
        }
    }

    /// One DNS cache and one TLS session cache for all shards; one thread, so no locks.
    private func makeShare() {
        guard let made = unsafe curl_share_init() else { return }
        unsafe _ = fin_share(made, CURL_LOCK_DATA_DNS)
        unsafe _ = fin_share(made, CURL_LOCK_DATA_SSL_SESSION)
        unsafe share = unsafe made
    }

    /// Watches a mailbox: `mailboxIsReady` is called when something was posted.
    ///
    /// - Throws: `LoopError` when the kernel refuses.
    public func watch<Message>(_ mailbox: Mailbox<Message>) throws(LoopError) {
        try epoll.watch(
            mailbox.descriptor, events: UInt32(EPOLLIN.rawValue), tag: TransferLoop.mailboxTag)
    }

    // MARK: - one wake-up

    /// Waits for bytes or a deadline, then hands everything that arrived to the delegate.
    ///
    /// - Parameters:
    ///   - precise: a start that must not be late: the loop does not sleep for `settings.spin`
    ///     before it.
    ///   - coarse: a deadline that may be late by a timer's slack.
    /// - Returns: the time since the last `poll` ended: how long the loop did not listen.
    public func poll(precise: Instant, coarse: Instant) -> Nanoseconds {
        let begun = Clock.now()
        let gap = lastPollEnd.map { begun - $0 } ?? .zero
        // What ended while its request was begun may have planned a start that `precise` knows nothing
        // of: the caller looks again at once.
        let hasEnded = finishMessages()
        let length = hasEnded ? 0 : waitLength(precise: precise, coarse: coarse, now: begun)
        let count = epoll.wait(nanoseconds: length)
        let end = count > 0 ? offset.sample() : Clock.now()
        if count == 0 && length == 0 && !hasEnded {
            // Under a microsecond since the last poll: nothing was done there but look at clocks.
            spun = spun + (end - begun) + (gap < .microseconds(1) ? gap : .zero)
        }
        lastPollEnd = end
        for index in 0..<count { handle(epoll.event(index)) }
        runExpiredShards(end)
        _ = finishMessages()
        // After a stall more sockets may be ready than one wait tells of: first they are looked at. In a
        // loop that never catches up the caller's own time-outs end what is not connected.
        if count < Epoll.batchSize {
            endUnconnected(end)
            _ = finishMessages()
        }
        return gap
    }

    private func waitLength(precise: Instant, coarse: Instant, now: Instant) -> Int64 {
        var libcurl = Instant.never
        for index in 0..<shardCount { libcurl = unsafe min(libcurl, shards[index].deadline) }
        let soonest = min(precise - settings.spin, min(coarse, min(libcurl, nextConnectDeadline())))
        // One second at the most: nothing is due before, and a lost wake-up must not hang a run.
        return max(0, (min(soonest, now + .seconds(1)) - now).count)
    }

    private func handle(_ event: (tag: UInt64, bits: UInt32)) {
        if event.tag == TransferLoop.mailboxTag { return delegate.with { $0.mailboxIsReady() } }
        let (fd, shard) = WatchedSockets.parts(event.tag)
        guard sockets.take(fd) else { return }
        var mask: Int32 = 0
        if event.bits & UInt32(EPOLLIN.rawValue) != 0 { mask |= CURL_CSELECT_IN }
        if event.bits & UInt32(EPOLLOUT.rawValue) != 0 { mask |= CURL_CSELECT_OUT }
        if event.bits & UInt32(EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 {
            mask |= CURL_CSELECT_ERR
        }
        // While the last read's stamp stands: what these bytes ended has ended then.
        isReadStanding = true
        enter(shard, socket: fd, mask: mask)
        drainMessages(shard)
        isReadStanding = false
        fin_stamp_end()
    }

    private func enter(_ shard: Int, socket: Int32, mask: Int32) {
        var running: Int32 = 0
        isInsideLibcurl = true
        fin_stamp_begin()
        unsafe _ = curl_multi_socket_action(shards[shard].multi, socket, mask, &running)
        isInsideLibcurl = false
        delegate.with { $0.readsAreOver() }
        hasMessages = true
        unsafe shards[shard].hasMessages = true
    }

    private func runExpiredShards(_ now: Instant) {
        for index in 0..<shardCount where unsafe shards[index].deadline <= now {
            unsafe shards[index].deadline = .never
            enter(index, socket: Int32(CURL_SOCKET_TIMEOUT), mask: 0)
            fin_stamp_end()
        }
    }

    /// Ends what libcurl reports as over, then what the delegate hung up meanwhile.
    ///
    /// - Returns: whether any transfer ended.
    private func finishMessages() -> Bool {
        let before = endCount
        // Ending one may begin another that fails at once: until nothing is left.
        while hasMessages {
            hasMessages = false
            for index in 0..<shardCount where unsafe shards[index].hasMessages {
                drainMessages(index)
            }
            while let row = pendingHangUps.popLast() {
                if unsafe transfers[row].isActive && transfers[row].isHungUp { end(row, .hungUp) }
            }
        }
        return endCount != before
    }

    private func drainMessages(_ shard: Int) {
        unsafe shards[shard].hasMessages = false
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(shards[shard].multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE else { continue }
            let result = unsafe fin_message_result(message)
            var row: UnsafeMutableRawPointer?
            unsafe _ = fin_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &row)
            guard let row = unsafe row else { continue }
            let transfer = unsafe row.assumingMemoryBound(to: Transfer.self)
            let isHungUp = unsafe transfer.pointee.isHungUp
            let index = unsafe Int(transfer.pointee.row)
            // What counts is the connection that died, not the one that was dialled after it.
            let told = TransferEnd(result)
            let isResend = unsafe transfer.pointee.isResend(endedBy: told)
            let how = isResend ? .connectionLost : told
            end(index, isHungUp ? .hungUp : how, onReused: isResend)
        }
    }

    // MARK: - from libcurl's callbacks

    private func stampNow() -> ArrivalStamp {
        let callback = Clock.now()
        let stamp = fin_stamp_last()
        if stamp != 0 && offset.isSteady {
            let instant = offset.monotonic(unixNanoseconds: stamp)
            if instant <= callback {
                return ArrivalStamp(
                    instant: instant, isKernel: true, callback: callback, read: fin_read_number())
            }
        }
        return ArrivalStamp(
            instant: callback, isKernel: false, callback: callback, read: fin_read_number())
    }

    /// When a transfer ended: by the read that stands, else, where an answer was read while its request
    /// was begun and is told of later, by the last bytes that came.
    func endStamp(_ lastArrival: Instant?, _ end: TransferEnd) -> ArrivalStamp {
        let stamp = stampNow()
        guard !isReadStanding, end == .complete, let lastArrival else { return stamp }
        return ArrivalStamp(instant: lastArrival, isKernel: true, callback: stamp.callback)
    }

    func received(_ bytes: Span<UInt8>, for transfer: UnsafeMutablePointer<Transfer>) -> Bool {
        if unsafe transfer.pointee.isHungUp { return false }
        let row = unsafe Int(transfer.pointee.row)
        let stamp = stampNow()
        unsafe transfer.pointee.lastArrival = stamp.isKernel ? stamp.instant : nil
        let kind = unsafe transfer.pointee.kind
        var goesOn = false
        delegate.with { goesOn = $0.transfer(row, kind, bytes: bytes, at: stamp) }
        if !goesOn { unsafe transfer.pointee.isHungUp = true }
        return goesOn
    }

    /// Header lines come one by one; an empty one ends the block, unless its status is 1xx.
    func receivedHeader(_ line: Span<UInt8>, for transfer: UnsafeMutablePointer<Transfer>) {
        let row = unsafe Int(transfer.pointee.row)
        let kind = unsafe transfer.pointee.kind
        let length = HeaderLine.contentLength(line)
        if length > 0 {
            let line = line.extracting(0..<length)
            return delegate.with { $0.transfer(row, kind, headerLine: line) }
        }
        var status = 0
        unsafe _ = fin_get_long(transfer.pointee.easy, CURLINFO_RESPONSE_CODE, &status)
        guard status >= 200, unsafe !transfer.pointee.hasHeaders else { return }
        unsafe transfer.pointee.hasHeaders = true
        unsafe transfer.pointee.status = Int32(status)
        if kind == .stream { openStreamCount += 1 }
        let stamp = stampNow()
        unsafe transfer.pointee.lastArrival = stamp.isKernel ? stamp.instant : nil
        delegate.with { $0.transfer(row, kind, status: status, at: stamp) }
    }

    /// - Parameter isAnswered: whether the transfer that asks has had its response headers.
    func socketChanged(fd: Int32, what: Int32, shard: Int32, isAnswered: Bool) {
        if what == CURL_POLL_REMOVE { return sockets.release(fd, isAnswered: isAnswered) }
        var bits: UInt32 = 0
        if what & CURL_POLL_IN != 0 { bits |= UInt32(EPOLLIN.rawValue) }
        if what & CURL_POLL_OUT != 0 { bits |= UInt32(EPOLLOUT.rawValue) }
        do throws(LoopError) {
            try sockets.watch(
                fd, events: bits, tag: WatchedSockets.tag(fd, shard: shard))
        } catch {
            // A transfer that is not watched would only time out: the run must end by its cause.
            if failure == nil { failure = error }
        }
    }

    // MARK: - starting and ending

    /// Hands a prepared transfer to its shard and lets libcurl begin at once.
    func begin(_ row: Int, shard: Int) {
        precondition(unsafe !transfers[row].isActive, "a row has one transfer at a time")
        unsafe transfers[row].isActive = true
        unsafe transfers[row].isHungUp = false
        unsafe transfers[row].hasHeaders = false
        unsafe transfers[row].isResendRefused = false
        unsafe transfers[row].status = 0
        unsafe transfers[row].lastArrival = nil
        unsafe transfers[row].shard = Int32(shard)
        unsafe setFresh(transfers[row].easy, shard)
        let connectDeadline = Clock.now() + settings.connectTimeout
        unsafe transfers[row].connectDeadline = connectDeadline
        connecting.append(row, at: connectDeadline)
        unsafe _ = curl_multi_add_handle(shards[shard].multi, transfers[row].easy)
        // Adding arms a timer of 0 ms: run it now, or the request waits for a loop turn.
        unsafe shards[shard].deadline = .never
        if !isInsideLibcurl { enter(shard, socket: Int32(CURL_SOCKET_TIMEOUT), mask: 0) }
        fin_stamp_end()
        isReadStanding = false
    }

    /// Ends a row's transfer if there is one; its `finished` comes with `hungUp`, now or, when
    /// called from a callback of libcurl, as soon as that returns.
    public func hangUp(_ row: Int) {
        guard unsafe transfers[row].isActive else { return }
        unsafe transfers[row].isHungUp = true
        if isInsideLibcurl { pendingHangUps.append(row) } else { end(row, .hungUp) }
    }

    /// Whether the row has a transfer.
    public func isActive(_ row: Int) -> Bool { unsafe transfers[row].isActive }

    /// libcurl's words for its last failure, for a person; they hold no URL and no header.
    ///
    /// Mostly empty for a connection that was not there in time.
    public var lastErrorText: String {
        unsafe String(cString: errorText)  // Cold: when a request failed.
    }

    func end(_ row: Int, _ end: TransferEnd, onReused: Bool = false) {
        let kind = unsafe transfers[row].kind
        let result = finished(row, end, onReused)
        if unsafe kind == .stream && transfers[row].hasHeaders { openStreamCount -= 1 }
        detach(row)
        endCount += 1
        delegate.with { $0.transfer(row, kind, finished: result) }
    }

    private func detach(_ row: Int) {
        guard unsafe transfers[row].isActive else { return }
        unsafe _ = curl_multi_remove_handle(
            shards[Int(transfers[row].shard)].multi, transfers[row].easy)
        unsafe transfers[row].isActive = false
        unsafe transfers[row].connectDeadline = .never
        if let list = unsafe transfers[row].ownHeaders {
            unsafe curl_slist_free_all(list)
            unsafe transfers[row].ownHeaders = nil
        }
    }
}
