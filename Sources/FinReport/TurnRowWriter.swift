internal import FinMeasure

/// Turns the records of turns into rows of `turns.csv`.
struct TurnRowWriter {
    private var rows: CSVBuffer
    private var stamp = UTCStamp()
    private let document: RunDocument
    private let names: any PlanNames
    private let zero: Instant
    // What is the same in every row needs no second thought.
    private let runID: String
    private let shard: Int64

    init(document: RunDocument, names: any PlanNames) {
        self.document = document
        self.names = names
        zero = Instant(nanoseconds: document.clock.monotonicNanoseconds)
        runID = document.runID
        shard = Int64(document.shard.index)
        rows = CSVBuffer(header: TurnColumn.names)
    }

    /// What was written since the last call.
    mutating func take() -> [UInt8] {
        defer { rows.removeAll() }
        return rows.bytes
    }

    /// Appends one row; the columns stand in the order of `TurnColumn`.
    mutating func append(_ turn: TurnRecord) {
        identity(turn)
        instants(turn)
        rows.field(turn.serverFirstChunk)
        rows.field(UInt64(turn.chunks))
        rows.field(turn.firstChunkIndex.map { Int64($0) })
        rows.field(UInt64(turn.replayedChunks))
        rows.field(UInt64(turn.coalescedChunks))
        rows.field(turn.bytes)
        rows.field(turn.isKernelStamped ? "kernel" : "callback")
        rows.field(turn.isPostReused)
        rows.field(turn.httpStatus == 0 ? nil : Int64(turn.httpStatus))
        rows.field(turn.requestID.string)
        rows.field(names.userID(turn.user))
        rows.field(names.question(turn.question))
        rows.endRow()
    }

    private mutating func identity(_ turn: TurnRecord) {
        rows.field(RunDocument.currentSchema)
        rows.field(runID)
        rows.field(shard)
        rows.field(names.conversationID(turn.conversation))
        rows.field(Int(turn.turn))
        rows.field(document.scenarioName(turn.scenario))
        rows.field(turn.phase.name)
        rows.field(turn.outcome.rawValue)
        rows.field(turn.detail.name)
    }

    private mutating func instants(_ turn: TurnRecord) {
        let planned = (turn.planned - zero).count
        let wall = Int64(clamping: document.clock.unixNanoseconds) + planned
        rows.plain(stamp.bytes(unixNanoseconds: UInt64(max(0, wall))))
        rows.field(planned)
        instant(turn.sent)
        instant(turn.responseHeaders)
        instant(turn.response)
        instant(turn.streamDial)
        instant(turn.streamOpen)
        instant(turn.firstChunk)
        instant(turn.lastChunk)
        instant(turn.firstReplied)
        instant(turn.lastReplied)
        instant(turn.done)
        instant(turn.closed)
        instant(turn.webhookReplied)
    }

    private mutating func instant(_ instant: Instant?) {
        if let instant { rows.field((instant - zero).count) } else { rows.empty() }
    }
}

extension RunDocument {
    /// The scenario's name; its number when the document does not know it.
    func scenarioName(_ index: UInt16) -> String {
        Int(index) < scenarios.count ? scenarios[Int(index)] : "\(index)"
    }
}
