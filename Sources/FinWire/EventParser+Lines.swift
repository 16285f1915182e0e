// Hot: once per line of a stream.

// The walk, told short:
//     for each line end at or after the position:
//         line = carried bytes + bytes up to it
//         blank line: block has data? -> put the ID in force, hand out the event
//         "data": first of the block -> remember where it lies; else copy, joined by LF
//         "event", "id", "retry": remember; anything else: skip
//     the rest of the read -> carry; what the block borrowed from the read -> buffers
extension EventParser {
    /// Settles the byte order mark; called once per read, before `advance`.
    @usableFromInline mutating func begin(
        _ bytes: Span<UInt8>, _ cursor: inout ReadCursor
    ) throws(WireError) {
        if failure != nil { throw failedBefore() }
        if orderMark < 3 { skipOrderMark(bytes, &cursor) }
        cursor.isCarrying = !carry.isEmpty
        cursor.isOdd = followsCR || cursor.isCarrying
        cursor.hasMore = hasType || hasPendingID
    }

    /// Takes a read of a few bytes that end no line; false if it is not one.
    ///
    /// A stream that trickles in byte by byte comes through here.
    @usableFromInline mutating func takeCrumbs(_ bytes: Span<UInt8>) throws(WireError) -> Bool {
        guard orderMark == 3 && failure == nil else { return false }
        for index in bytes.indices {
            if bytes[index] == UInt8(ascii: "\n") || bytes[index] == UInt8(ascii: "\r") {
                return false
            }
        }
        guard !bytes.isEmpty else { return true }
        followsCR = false
        try checkLine(carry.count &+ bytes.count, endingAt: bytes.count)
        for index in bytes.indices { carry.append(bytes[index]) }
        consumed &+= bytes.count
        return true
    }

    /// Walks to the next event or to the end of the read.
    @usableFromInline mutating func advance(
        _ bytes: Span<UInt8>, _ ends: inout LineEnds, _ cursor: inout ReadCursor
    ) throws(WireError) -> Step {
        // Out of the structs while the walk lasts: both go on with every line.
        var start = cursor.position
        var next = ends.next
        defer {
            cursor.position = start
            ends.next = next
        }
        while let end = ends.end(at: &next, bytes) {
            if cursor.isOdd {
                let isTaken = try takeOddLine(bytes, start, end, &cursor)
                if isTaken {
                    start = end &+ 1
                    continue
                }
            }
            let lineStart = start
            start = end &+ 1
            if bytes[end] == UInt8(ascii: "\r") { noteCR(&cursor) }
            if lineStart == end {
                let step = finishBlock(bytes, &cursor)
                if step != .none { return step }
                continue
            }
            let word = ByteScan.word(bytes, at: lineStart, end: end)
            let isData = word & 0xFFFF_FFFF_FFFF == 0x203A_6174_6164
            if isData && !hasData && cursor.dataStart < 0 && end &- lineStart <= Int(shortLimit) {
                // "data: ", the common line, ahead of the others.
                cursor.dataStart = lineStart &+ 6
                cursor.dataEnd = end
            } else {
                try checkLine(end &- lineStart, endingAt: end)
                try takeLine(bytes, lineStart, end, word, &cursor)
            }
        }
        try finishRead(bytes, start, &cursor)
        return .none
    }

    /// A line that follows a CR or began in an earlier read; false if it is a line like others.
    @inline(never) private mutating func takeOddLine(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ cursor: inout ReadCursor
    ) throws(WireError) -> Bool {
        let endsCRLF = followsCR && start == end && bytes[end] == UInt8(ascii: "\n")
        followsCR = false
        cursor.isOdd = false
        if endsCRLF { return true }
        guard cursor.isCarrying else { return false }
        cursor.isCarrying = false
        try checkLine(carry.count &+ end &- start, endingAt: end)
        if bytes[end] == UInt8(ascii: "\r") { noteCR(&cursor) }
        try takeCarriedLine(bytes.extracting(start..<end), endingAt: end, &cursor, bytes)
        return true
    }

    /// An LF that comes next belongs to the CR.
    private mutating func noteCR(_ cursor: inout ReadCursor) {
        followsCR = true
        cursor.isOdd = true
    }

    /// Takes what the read has after its last line end: the beginning of a line.
    @inline(never) private mutating func finishRead(
        _ bytes: Span<UInt8>, _ start: Int, _ cursor: inout ReadCursor
    ) throws(WireError) {
        if start < bytes.count {
            followsCR = false
            let carried = cursor.isCarrying ? carry.count : 0
            try checkLine(carried &+ bytes.count &- start, endingAt: bytes.count)
            ByteScan.append(bytes.extracting(start..<bytes.count), to: &carry)
        }
        keep(bytes, &cursor)
    }

    /// Makes ready for the next block, once its event was visited.
    @inlinable @inline(__always) mutating func endBlock(_ cursor: inout ReadCursor) {
        cursor.dataStart = -1
        cursor.typeStart = 0
        cursor.typeEnd = 0
        cursor.hasMore = false
        if hasData || hasType { forgetBlock() }
    }

    @usableFromInline mutating func forgetBlock() {
        hasData = false
        dataOffset = 0
        data.removeAll(keepingCapacity: true)
        if hasType { forgetType() }
    }

    /// A blank line: puts the pending ID in force and says where the event lies, if there is one.
    @inline(__always) private mutating func finishBlock(
        _ bytes: Span<UInt8>, _ cursor: inout ReadCursor
    ) -> Step {
        if cursor.dataStart >= 0 && !cursor.hasMore { return .borrowed }
        return finishOddBlock(bytes, &cursor)
    }

    /// As `finishBlock`, for a block with an ID, without data, or begun in an earlier read.
    @inline(never) private mutating func finishOddBlock(
        _ bytes: Span<UInt8>, _ cursor: inout ReadCursor
    ) -> Step {
        if cursor.pendingIDStart >= 0 {
            cursor.idStart = cursor.pendingIDStart
            cursor.idEnd = cursor.pendingIDEnd
            cursor.pendingIDStart = -1
        } else if hasPendingID {
            // From an earlier read, so nothing came in force in this one yet.
            hasPendingID = false
            swap(&pendingID, &idInForce)
        }
        if cursor.dataStart >= 0 && !hasType { return .borrowed }
        if cursor.dataStart >= 0 || hasData {
            keepType(bytes, &cursor)
            keepData(bytes, &cursor)
            return .kept
        }
        endBlock(&cursor)
        return .none
    }

    private mutating func forgetType() {
        hasType = false
        type.removeAll(keepingCapacity: true)
    }

    /// Takes one non-empty line that lies whole in this read and is not the block's first data line.
    @inline(never) private mutating func takeLine(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ word: UInt64, _ cursor: inout ReadCursor
    ) throws(WireError) {
        let field = LineField(bytes, start, end, word)
        switch field.name {
        case .data:
            keepData(bytes, &cursor)
            try appendData(bytes.extracting(field.valueStart..<end), endingAt: end)
        case .event:
            if hasType { forgetType() }
            cursor.typeStart = field.valueStart
            cursor.typeEnd = end
        case .id:
            guard !ByteScan.containsZero(bytes, field.valueStart, end) else { break }
            hasPendingID = false
            cursor.hasMore = true
            cursor.pendingIDStart = field.valueStart
            cursor.pendingIDEnd = end
        case .retry: takeRetry(bytes.extracting(field.valueStart..<end))
        case .other: takeOther(bytes[start])
        }
    }

    /// Takes a line that began in an earlier read: its values go to the buffers.
    private mutating func takeCarriedLine(
        _ rest: Span<UInt8>, endingAt end: Int, _ cursor: inout ReadCursor, _ bytes: Span<UInt8>
    ) throws(WireError) {
        cursor.hasMore = true
        ByteScan.append(rest, to: &carry)
        if !hasData && ByteScan.begins(carry.span, 0, carry.count, "data:") {
            return try takeCarriedData(endingAt: end)
        }
        // Out of self while it is read, so that the other buffers can be written.
        var line: [UInt8] = []
        swap(&line, &carry)
        try takeKeptLine(line.span, endingAt: end, bytes, &cursor)
        line.removeAll(keepingCapacity: true)
        swap(&line, &carry)
    }

    /// Makes the carried line the block's data, without a copy: the buffers change places.
    private mutating func takeCarriedData(endingAt end: Int) throws(WireError) {
        let start = LineField.valueStart(carry.span, 5, carry.count)
        try checkEvent(carry.count &- start, endingAt: end)
        swap(&carry, &data)
        dataOffset = start
        hasData = true
    }

    /// Takes one line that outlives the read's other lines only by copy.
    private mutating func takeKeptLine(
        _ line: Span<UInt8>, endingAt end: Int, _ bytes: Span<UInt8>, _ cursor: inout ReadCursor
    ) throws(WireError) {
        let field = LineField(
            line, 0, line.count, ByteScan.word(line, at: 0, end: line.count))
        let value = line.extracting(field.valueStart..<line.count)
        switch field.name {
        case .data:
            keepData(bytes, &cursor)
            try appendData(value, endingAt: end)
        case .event:
            keepType(value)
        case .id:
            if !ByteScan.containsZero(value, 0, value.count) { keepPendingID(value) }
        case .retry: takeRetry(value)
        case .other: takeOther(line[0])
        }
    }

    /// A comment, which begins with a colon, or a field nobody knows.
    private mutating func takeOther(_ first: UInt8) {
        if first == UInt8(ascii: ":") && commentCount < .max { commentCount &+= 1 }
    }

    /// A retry of digits only takes effect at once, any other is ignored; it stops at `Int.max`.
    private mutating func takeRetry(_ value: Span<UInt8>) {
        guard !value.isEmpty else { return }
        var sum = 0
        for index in value.indices {
            let digit = Int(value[index]) &- 0x30
            guard digit >= 0 && digit <= 9 else { return }
            let (product, isTooLarge) = sum.multipliedReportingOverflow(by: 10)
            let (next, isOver) = product.addingReportingOverflow(digit)
            sum = isTooLarge || isOver || sum == .max ? .max : next
        }
        retry = sum
    }
}

extension EventParser {
    /// Keeps what the block borrowed from the read.
    private mutating func keep(_ bytes: Span<UInt8>, _ cursor: inout ReadCursor) {
        if cursor.typeStart < cursor.typeEnd { keepType(bytes, &cursor) }
        if cursor.dataStart >= 0 { keepData(bytes, &cursor) }
        if cursor.idStart >= 0 || cursor.pendingIDStart >= 0 { keepIDs(bytes, &cursor) }
        consumed &+= bytes.count
    }

    /// Moves the IDs from the read to the buffers; what `lastEventID` answers from then on.
    @usableFromInline mutating func keepIDs(_ bytes: Span<UInt8>, _ cursor: inout ReadCursor) {
        if cursor.idStart >= 0 {
            idInForce.removeAll(keepingCapacity: true)
            ByteScan.append(bytes.extracting(cursor.idStart..<cursor.idEnd), to: &idInForce)
            cursor.idStart = -1
        }
        if cursor.pendingIDStart >= 0 {
            keepPendingID(bytes.extracting(cursor.pendingIDStart..<cursor.pendingIDEnd))
            cursor.pendingIDStart = -1
        }
    }

    private mutating func keepPendingID(_ value: Span<UInt8>) {
        pendingID.removeAll(keepingCapacity: true)
        ByteScan.append(value, to: &pendingID)
        hasPendingID = true
    }

    /// Moves the block's data from the read to the buffer.
    private mutating func keepData(_ bytes: Span<UInt8>, _ cursor: inout ReadCursor) {
        guard cursor.dataStart >= 0 else { return }
        ByteScan.append(bytes.extracting(cursor.dataStart..<cursor.dataEnd), to: &data)
        cursor.dataStart = -1
        hasData = true
    }

    /// Moves the block's type from the read to the buffer.
    private mutating func keepType(_ bytes: Span<UInt8>, _ cursor: inout ReadCursor) {
        guard cursor.typeStart < cursor.typeEnd else { return }
        keepType(bytes.extracting(cursor.typeStart..<cursor.typeEnd))
        cursor.typeEnd = cursor.typeStart
    }

    /// An empty type is no type.
    private mutating func keepType(_ value: Span<UInt8>) {
        type.removeAll(keepingCapacity: true)
        ByteScan.append(value, to: &type)
        hasType = !value.isEmpty
    }

    /// Adds a data line to the buffer.
    private mutating func appendData(
        _ value: Span<UInt8>, endingAt end: Int
    ) throws(WireError) {
        let joint = hasData ? 1 : 0
        try checkEvent(data.count &- dataOffset &+ joint &+ value.count, endingAt: end)
        if hasData { data.append(UInt8(ascii: "\n")) }
        ByteScan.append(value, to: &data)
        hasData = true
    }

    /// Drops a byte order mark at the start of the stream; a false start becomes line bytes.
    private mutating func skipOrderMark(_ bytes: Span<UInt8>, _ cursor: inout ReadCursor) {
        while orderMark < 3 && cursor.position < bytes.count {
            let expected: UInt8 = orderMark == 0 ? 0xEF : orderMark == 1 ? 0xBB : 0xBF
            guard bytes[cursor.position] == expected else {
                if orderMark > 0 { carry.append(0xEF) }
                if orderMark > 1 { carry.append(0xBB) }
                orderMark = 3
                return
            }
            orderMark &+= 1
            cursor.position &+= 1
        }
    }

    /// The place is the first byte beyond the limit, so it is the same for every split.
    @inline(__always) private mutating func checkLine(
        _ count: Int, endingAt end: Int
    ) throws(WireError) {
        guard count > Int(lineLimit) else { return }
        throw fail(.lineTooLong, byteOffset: consumed &+ end &- count &+ Int(lineLimit))
    }

    /// The place is the end of the data line that went beyond the limit.
    @inline(__always) private mutating func checkEvent(
        _ count: Int, endingAt end: Int
    ) throws(WireError) {
        guard count > Int(eventLimit) else { return }
        throw fail(.eventTooLong, byteOffset: consumed &+ end)
    }

    /// The error of an earlier feed again.
    @inline(never) private func failedBefore() -> WireError {
        WireError(failure ?? .lineTooLong, byteOffset: failureOffset)
    }

    @inline(never) private mutating func fail(_ code: WireError.Code, byteOffset: Int) -> WireError
    {
        failure = code
        failureOffset = byteOffset
        return WireError(code, byteOffset: byteOffset)
    }
}
