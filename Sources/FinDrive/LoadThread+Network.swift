// Hot: once per read.
internal import FinLoop
internal import FinMeasure
internal import FinWire

// What the network says: from libcurl's bytes to the conversations and the histograms.
extension LoadThread {
    func transfer(_ row: Int, _ kind: TransferKind, headerLine: Span<UInt8>) {
        if row >= rows.count { return }
        rows.with(row) { row in
            if kind == .post {
                row.standing.take(headerLine: headerLine)
                if let id = HeaderValue.of("x-request-id", in: headerLine) {
                    row.conversation.record.requestID = ShortText(id)
                }
            }
            if kind == .stream, let type = HeaderValue.of("content-type", in: headerLine) {
                row.isEventStream = HeaderValue.begins(type, with: "text/event-stream")
            }
        }
    }

    func transfer(_ row: Int, _ kind: TransferKind, status: Int, at stamp: ArrivalStamp) {
        if row >= rows.count { return answerHeaders(row, status: status) }
        let goesOn = rows.with(row) { row in
            if kind == .post {
                row.conversation.postHeaders(status: status, at: stamp)
                return true
            }
            return row.conversation.streamHeaders(
                status: status, isEventStream: row.isEventStream, at: stamp)
        }
        if kind == .stream { breaker.succeeded() } else { takeStanding(row, stamp.callback) }
        if !goesOn { loop.hangUp(row) }
    }

    func transfer(
        _ row: Int, _ kind: TransferKind, bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> Bool {
        if row >= rows.count {
            answerBytes(row, bytes)
            return true
        }
        let isStream =
            kind == .stream && rows.with(row) { $0.conversation.state != .dialing }
        return isStream ? feed(row, bytes, stamp) : keep(row, bytes)
    }

    /// Keeps a body that is parsed when it is whole.
    private func keep(_ row: Int, _ bytes: Span<UInt8>) -> Bool {
        rows.with(row) { row in
            row.conversation.record.bytes += UInt64(bytes.count)
            if row.response.count + bytes.count > LoadThread.responseLimit {
                row.isResponseTooLong = true
                return true
            }
            if row.response.isEmpty { row.response.reserveCapacity(bytes.count) }
            for index in bytes.indices { row.response.append(bytes[index]) }
            return true
        }
    }

    /// Parses a read of an event stream, or a part of it: libcurl's bytes, uncopied.
    private func feed(_ row: Int, _ bytes: Span<UInt8>, _ stamp: ArrivalStamp) -> Bool {
        if let read = openRead, read.row != row || !stamp.isSameRead(as: read.stamp) {
            readsAreOver()
        }
        rows.with(row) { $0.conversation.streamBytes(bytes.count, at: stamp) }
        var visitor = ReadVisitor(thread: self, row: row, stamp: stamp, read: openRead)
        openRead = nil
        let (overflow, hasRest) = parsers.with(row) { parser in
            do throws(WireError) {
                try parser.feed(bytes, to: &visitor)
                return (false, parser.isInEvent)
            } catch { return (true, true) }
        }
        openRead = visitor.read
        openRead?.hasRest = hasRest
        if overflow {
            readsAreOver()
            perform(rows.with(row) { $0.conversation.streamOverflow(at: stamp) }, row)
        }
        return true
    }

    /// The read is over: the event that still waits is its last one.
    func readsAreOver() {
        guard let read = openRead else { return }
        openRead = nil
        if let fields = read.held {
            take(fields, read.row, at: read.stamp, isCoalesced: read.isShared)
        }
        count(read)
        arm(read.row)
    }

    /// Scans one event's data; nil when it is not JSON of ours.
    func scan(_ data: Span<UInt8>, mark: inout TextMark) -> EventFields? {
        do throws(WireError) { return try scanner.scan(data, mark: &mark) } catch { return nil }
    }

    func scanError(_ data: Span<UInt8>) -> ErrorFields? {
        do throws(WireError) { return try scanner.scanError(data) } catch { return nil }
    }

    /// Takes one event of a read.
    func take(_ fields: EventFields, _ row: Int, at stamp: ArrivalStamp, isCoalesced: Bool) {
        let (effect, series, planned) = rows.with(row) { row in
            let effect = row.conversation.take(fields, at: stamp, isCoalesced: isCoalesced)
            if !row.entry.isAnswered && row.conversation.hasAnswer { ledger.answer(&row.entry) }
            return (effect, row.series, row.conversation.record.planned)
        }
        if hasDesks && effect.isTaken {
            if desk != nil { watch(fields, row, at: stamp.instant, series) }
            noteResume(fields, row, at: stamp.instant)
        }
        Uncounted(buffer).with { buffer in
            if let gap = effect.chunkGap {
                buffer.series.record(gap, place: SeriesTable.chunkGap, row: series)
            }
            if let gap = effect.serverChunkGap {
                buffer.series.record(gap, place: SeriesTable.serverChunkGap, row: series)
            }
            if let delay = effect.swapDelay {
                buffer.series.record(delay, place: SeriesTable.swapDelay, row: series)
            }
            if effect.isFirstChunk { buffer.liveTTFT.record(stamp.instant - planned) }
        }
        if let created = effect.deliveryCreated {
            let wall = Int64(stamp.instant.nanoseconds) + loop.wallOffsetNanoseconds
            delivery.add(wall - created * 1_000_000, to: series)
        }
        if effect.isDone { turnIsDone(row) }
        perform(effect.action, row)
    }

    /// Counts the events of a read, and the loop's own lag where one event had its stamp alone.
    func count(_ read: OpenRead) {
        let stamp = read.stamp
        let isAlone = read.count == 1 && !read.isShared && stamp.isKernel
        let series = isAlone ? rows.with(read.row) { $0.series } : 0
        Uncounted(buffer).with { buffer in
            buffer.counts.add(
                events: read.count, isKernelStamped: stamp.isKernel, isCoalesced: read.isShared)
            guard isAlone else { return }
            buffer.series.record(
                stamp.callback - stamp.instant, place: SeriesTable.harnessLag, row: series)
        }
    }

    func transfer(_ row: Int, _ kind: TransferKind, finished result: TransferResult) {
        breaker.take(result.end, isReused: result.isReused, at: result.stamp.callback)
        checkVersion(kind, result)
        if row >= rows.count { return answerFinished(row, result) }
        switch kind {
        case .post: postFinished(row, result)
        case .stream: perform(rows.with(row) { $0.conversation.streamFinished(result) }, row)
        }
        arm(row)
    }

    private func postFinished(_ row: Int, _ result: TransferResult) {
        let isTaken = takeAnswer(row, result)
        let fields = isTaken == false ? nil : parseResponse(row)
        let retry = retryInstant(row, result.stamp.callback)
        let action = rows.with(row) { row in
            let isCall = row.conversation.record.kind == .call
            return row.conversation.postFinished(
                result, fields: fields, retry: retry, callIsTaken: isCall ? isTaken : nil
            ) {
                streamGuard.allows($0)
            }
        }
        let turn = rows.with(row) { $0.conversation.record }
        if isOpening(row, turn) && turn.httpStatus == 200 { ledger.accept(user: turn.user) }
        // A request that waits for the rate limit's reset has not come to its end.
        if rows.with(row, { $0.conversation.state }) == .limited { return }
        if let reason = reach.take(turn, errorText: loop.lastErrorText), stop == nil {
            stop = .unreachable(reason)
        }
        perform(action, row)
    }

    /// The fields of a 200; of anything else only the request id is wanted.
    private func parseResponse(_ row: Int) -> ResponseFields? {
        let (body, status, isTooLong) = rows.with(row) { row in
            (row.response, row.conversation.record.httpStatus, row.isResponseTooLong)
        }
        if isTooLong || body.isEmpty { return nil }
        if status == 200 {
            do throws(WireError) { return try scanner.scanResponse(body.span) } catch {
                return nil
            }
        }
        if let id = scanError(body.span)?.requestID {
            let bytes = Array(id.utf8)
            rows.with(row) { $0.conversation.record.requestID = ShortText(bytes.span) }
        }
        return nil
    }
}
