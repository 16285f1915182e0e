internal import FinLoop
internal import FinMeasure

// Operations in the state machine: a call ends with its response, where a message's answer begins.
extension Conversation {
    /// A call's response is complete, and its status is no 429 that waits.
    ///
    /// - Parameter isTaken: whether the operation knows the body for what the API documents.
    mutating func callFinished(_ result: TransferResult, isTaken: Bool) -> Action {
        guard (200..<300).contains(record.httpStatus) else {
            return refuse(.post, record.httpStatus, at: result)
        }
        guard isTaken else { return fail(.protocolError, .malformedResponse, at: result) }
        decide(.done, .none, at: result.stamp.callback)
        record.done = record.response
        doneKnown = result.stamp.callback
        return finish()
    }

    /// Whether the turn's end lets the next one begin.
    ///
    /// A user cannot write on once Fin has handed over or ended; an operation can still be called.
    var letsNextTurnBegin: Bool {
        record.kind.isOperation ? record.outcome.isSuccess : record.outcome == .done
    }
}
