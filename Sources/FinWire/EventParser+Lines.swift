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
    @usableFromInline mutating func begin(_ bytes: Span<UInt8>, _ cursor: inout ReadCursor) {
        if orderMark < 3 { skipOrderMark(bytes, &cursor) }
        cursor.isCarrying = !carry.isEmpty
    }

    /// Walks to the next event or to the end of the read.
    @usableFromInline mutating func advance(
        _ bytes: Span<UInt8>, _ cursor: inout ReadCursor
    ) throws(WireError) -> Step {
        if let failure { throw WireError(failure, byteOffset: failureOffset) }
        while cursor.position < bytes.count {
            let start = cursor.position
            let first = bytes[start]
            if followsCR {
                followsCR = false
                if first == UInt8(ascii: "\n") {
                    cursor.position = start &+ 1
                    continue
                }
            }
            // Every other line is blank: no need to ask the finder.
            let isBlank = first == UInt8(ascii: "\n") || first == UInt8(ascii: "\r")
            let end = isBlank ? start : cursor.nextLineEnd(in: bytes)
            let carried = cursor.isCarrying ? carry.count : 0
            try checkLine(carried &+ end &- start, endingAt: end)
            if end == bytes.count { break }
            followsCR = bytes[end] == UInt8(ascii: "\r")
            cursor.position = end &+ 1
            if cursor.isCarrying {
                cursor.isCarrying = false
                try takeCarriedLine(bytes.extracting(start..<end), endingAt: end, &cursor, bytes)
            } else if start == end {
                let step = finishBlock(bytes, &cursor)
                if step != .none { return step }
            } else if ByteScan.begins(bytes, start, end, "data:") && !hasData
                && cursor.dataStart < 0
            {
                // The common line, ahead of the others.
                cursor.dataStart = Field.valueStart(bytes, start &+ 5, end)
                cursor.dataEnd = end
                try checkEvent(end &- cursor.dataStart, endingAt: end)
            } else {
                try takeLine(bytes, start, end, &cursor)
            }
        }
        keep(bytes, &cursor)
        return .none
    }

    /// Makes ready for the next block, once its event was visited.
    @inlinable @inline(__always) mutating func endBlock(_ cursor: inout ReadCursor) {
        cursor.dataStart = -1
        cursor.typeStart = 0
        cursor.typeEnd = 0
        if hasData || hasType { forgetBlock() }
    }

    @usableFromInline mutating func forgetBlock() {
        hasData = false
        data.removeAll(keepingCapacity: true)
        forgetType()
    }

    /// A blank line: puts the pending ID in force and says where the event lies, if there is one.
    @inline(__always) private mutating func finishBlock(
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
    private mutating func takeLine(
        _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ cursor: inout ReadCursor
    ) throws(WireError) {
        let field = Field(bytes, start, end)
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
        // Out of self while it is read, so that the other buffers can be written.
        var line: [UInt8] = []
        swap(&line, &carry)
        ByteScan.append(rest, to: &line)
        try takeKeptLine(line.span, endingAt: end, bytes, &cursor)
        line.removeAll(keepingCapacity: true)
        swap(&line, &carry)
    }

    /// Takes one line that outlives the read's other lines only by copy.
    private mutating func takeKeptLine(
        _ line: Span<UInt8>, endingAt end: Int, _ bytes: Span<UInt8>, _ cursor: inout ReadCursor
    ) throws(WireError) {
        let field = Field(line, 0, line.count)
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
    /// Keeps what the next read needs: the unfinished line and what the block borrowed.
    private mutating func keep(_ bytes: Span<UInt8>, _ cursor: inout ReadCursor) {
        if cursor.position < bytes.count {
            ByteScan.append(bytes.extracting(cursor.position..<bytes.count), to: &carry)
        }
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
        try checkEvent(data.count &+ joint &+ value.count, endingAt: end)
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

    private mutating func fail(_ code: WireError.Code, byteOffset: Int) -> WireError {
        failure = code
        failureOffset = byteOffset
        return WireError(code, byteOffset: byteOffset)
    }
}

/// One line, split at its colon.
private struct Field {
    enum Name { case data, event, id, retry, other }

    var name = Name.other
    /// Where the value begins: after the colon and at most one space.
    var valueStart: Int

    /// Reads the field name of the line at `start ..< end`; comments and unknown names are `.other`.
    @inline(__always) init(_ bytes: Span<UInt8>, _ start: Int, _ end: Int) {
        valueStart = end
        let word = ByteScan.word(bytes, at: start, end: end)
        if word & 0xFF_FFFF_FFFF == 0x3A_6174_6164 {  // "data:"
            take(.data, bytes, start &+ 5, end)
        } else if word & 0xFFFF_FFFF_FFFF == 0x3A74_6E65_7665 {  // "event:"
            take(.event, bytes, start &+ 6, end)
        } else if word & 0xFF_FFFF == 0x3A_6469 {  // "id:"
            take(.id, bytes, start &+ 3, end)
        } else if word & 0xFFFF_FFFF_FFFF == 0x3A79_7274_6572 {  // "retry:"
            take(.retry, bytes, start &+ 6, end)
        } else {
            takeBareName(word, byteCount: end &- start)
        }
    }

    @inline(__always) private mutating func take(
        _ name: Name, _ bytes: Span<UInt8>, _ afterColon: Int, _ end: Int
    ) {
        self.name = name
        valueStart = Field.valueStart(bytes, afterColon, end)
    }

    /// Where a value begins, its one space dropped.
    @inline(__always) static func valueStart(
        _ bytes: Span<UInt8>, _ afterColon: Int, _ end: Int
    ) -> Int {
        let hasSpace = afterColon < end && bytes[afterColon] == UInt8(ascii: " ")
        return hasSpace ? afterColon &+ 1 : afterColon
    }

    /// A line without a colon is a name with an empty value; the count tells "id" from "id\0".
    private mutating func takeBareName(_ word: UInt64, byteCount: Int) {
        switch (word, byteCount) {
        case (0x6174_6164, 4): name = .data
        case (0x74_6E65_7665, 5): name = .event
        case (0x6469, 2): name = .id
        case (0x79_7274_6572, 5): name = .retry
        default: break
        }
    }
}
