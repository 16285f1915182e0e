/// The columns of `turns.csv`, schema 1, in order.
enum TurnColumn: Int, CaseIterable {
    case schema
    case runID, shard, conversationID, turn, scenario, phase, outcome, detail
    case plannedUTC, planned, sent, responseHeaders, response, streamDial, streamOpen
    case firstChunk, lastChunk, firstReplied, lastReplied, done, closed, webhookReplied
    case serverFirstChunk, chunks, firstChunkIndex, replayedChunks, coalescedChunks, bytes
    case stamp, connectionReused, httpStatus, requestID, userID, question

    /// The name in the header.
    var name: String { TurnColumn.names[rawValue] }

    /// The header.
    static let names = [
        "schema", "run_id", "shard", "conversation_id", "turn", "scenario", "phase", "outcome",
        "detail", "planned_utc", "planned_ns", "sent_ns", "response_headers_ns", "response_ns",
        "stream_dial_ns", "stream_open_ns", "first_chunk_ns", "last_chunk_ns",
        "first_replied_ns", "last_replied_ns", "done_ns", "closed_ns", "webhook_replied_ns",
        "server_first_chunk_ms", "chunks", "first_chunk_index", "replayed_chunks",
        "coalesced_chunks", "bytes", "stamp", "connection_reused", "http_status", "request_id",
        "user_id", "question",
    ]
}
