internal import FinMeasure
internal import FinProfile

extension TurnScript {
    /// Spoils a turn that was drawn without a fault.
    ///
    /// A fault that the turn has no place for is left out, and then `fault` stays nil: there is no
    /// late chunk without chunks, and no missing done signal before 2.16.
    mutating func inject(
        _ rule: SimulatorSettings.FaultRule, _ version: APIVersion,
        using generator: inout SeededGenerator
    ) {
        guard hasPlace(for: rule.fault, version) else { return }
        fault = rule.fault
        let kept = drawPlace(&generator)
        switch rule.fault {
        case .stall: steps.removeSubrange(kept...)
        case .cut:
            // At once after the chunk, so that both may come in one read.
            let offset = kept > 0 ? steps[kept - 1].offset : steps[0].offset
            steps.insert(Step(offset: offset, action: .broken(.cut)), at: kept)
        case .reset: insert(.broken(.reset), at: kept)
        case .tokenError: insert(.broken(.tokenError), at: kept)
        case .missingDone: removeDone()
        case .malformedJSON: insert(.oddity(.malformed), at: kept)
        case .unknownEvent: insert(.oddity(.unknown), at: kept)
        case .hugeEvent, .largeEvent: insert(.oddity(.padded(Int(rule.size))), at: kept)
        case .duplicateReply: repeatReply()
        case .indexGap: skipIndex(&generator)
        case .lateChunk: addLateChunk()
        case .slowHeaders: headerDelay = Nanoseconds(Int64(rule.delay))
        case .http429, .http500, .http503: steps = []
        // These are not in what is sent but in how: see `WireStyle`; a token, in `Hub.ticket`.
        case .splitBytes, .crlf, .cr, .bom, .multiLine, .tokenExpiry: break
        }
    }

    private func hasPlace(for fault: SimulatorSettings.Fault, _ version: APIVersion) -> Bool {
        switch fault {
        case .duplicateReply: !parts.isEmpty
        case .indexGap, .lateChunk: parts.first?.streamID != nil
        // Before 2.16 every reply says what the missing signal would: a client infers it.
        case .missingDone: version.hasDoneEvent
        default: true
        }
    }

    /// After how many steps it happens: after some chunks, but not all; a turn of one chunk or none
    /// breaks before its first event.
    private func drawPlace(_ generator: inout SeededGenerator) -> Int {
        let chunkCount = steps.count { $0.action.isChunk }
        return chunkCount > 1
            ? firstChunk + 1 + Int(generator.next() % UInt64(chunkCount - 1)) : 0
    }

    /// Where the chunks begin: what comes before them is a wait.
    private var firstChunk: Int { steps.firstIndex { $0.action.isChunk } ?? 0 }

    /// Where the chunks of the first part end.
    private var endOfChunks: Int {
        firstChunk + steps[firstChunk...].prefix { $0.action.isChunk }.count
    }

    /// Inserts a step before the one at `place`, midway in time: beside a neighbour it would share
    /// that one's read, and make its stamp an upper bound.
    private mutating func insert(_ action: Action, at place: Int) {
        let before = place > 0 ? steps[place - 1].offset : .zero
        let middle = Nanoseconds((before.count + steps[place].offset.count) / 2)
        steps.insert(Step(offset: middle, action: action), at: place)
    }

    private mutating func removeDone() {
        let first = steps.firstIndex { step in
            if case .status = step.action { true } else { false }
        }
        guard let first else { return }
        steps.replaceSubrange(first..., with: [Step(offset: steps[first].offset, action: .close)])
    }

    private mutating func repeatReply() {
        guard let place = steps.firstIndex(where: { $0.action.isReply }) else { return }
        insert(steps[place].action, at: place + 1)
    }

    /// Numbers the later chunks of the first part one higher; a lone chunk gets a second one.
    private mutating func skipIndex(_ generator: inout SeededGenerator) {
        let (first, end) = (firstChunk, endOfChunks)
        guard end - first > 1 else {
            insert(.chunk(part: 0, index: 2, length: parts[0].textLength), at: first + 1)
            return
        }
        for place in first + 1 + Int(generator.next() % UInt64(end - first - 1))..<end {
            guard case .chunk(let part, let index, let length) = steps[place].action else { return }
            steps[place].action = .chunk(part: part, index: index + 1, length: length)
        }
    }

    private mutating func addLateChunk() {
        let (first, end) = (firstChunk, endOfChunks)
        insert(.chunk(part: 0, index: end - first, length: parts[0].textLength), at: end + 1)
    }
}

extension TurnScript.Action {
    /// Whether connections end here.
    var isBreak: Bool {
        if case .broken = self { true } else { false }
    }

    fileprivate var isChunk: Bool {
        if case .chunk = self { true } else { false }
    }

    fileprivate var isReply: Bool {
        if case .replied = self { true } else { false }
    }
}
