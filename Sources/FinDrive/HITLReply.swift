internal import FinLoop
internal import FinMeasure
internal import FinWire

/// What became of one answer to a human step.
enum HITLReply: Sendable, Equatable {
    case accepted, unauthorized, forbidden, notFound, expired, conflicting, invalid
    case otherStatus(UInt16)
    case timedOut, lost

    /// Names the end of a callback.
    ///
    /// - Parameters:
    ///   - isLate: whether we hung up because the time was over.
    ///   - error: what its body says: the two kinds of 404 have one code.
    init(_ end: TransferEnd, status: Int, isLate: Bool, error: ErrorFields?) {
        guard end == .complete else {
            self = isLate || end == .connectTimeout ? .timedOut : .lost
            return
        }
        switch status {
        case 200: self = .accepted
        case 401: self = .unauthorized
        case 403: self = .forbidden
        case 404: self = error?.saysExpired == true ? .expired : .notFound
        case 409: self = .conflicting
        case 422: self = .invalid
        default: self = .otherStatus(UInt16(clamping: status))
        }
    }

    /// Why a turn that waited for this answer did not go on; nil where it may have.
    var cause: (cause: OutcomeCause, status: UInt16)? {
        switch self {
        case .accepted, .conflicting: nil
        case .unauthorized: (.hitl, 401)
        case .forbidden: (.hitl, 403)
        case .notFound: (.hitl, 404)
        case .invalid: (.hitl, 422)
        case .otherStatus(let status): (.hitl, status)
        case .expired: (.hitlExpired, 0)
        case .timedOut, .lost: (.hitlLost, 0)
        }
    }
}

extension RunDocument.HITL {
    /// Counts what became of an answer.
    mutating func count(_ reply: HITLReply) {
        switch reply {
        case .accepted: accepted += 1
        case .unauthorized: unauthorized += 1
        case .forbidden: forbidden += 1
        case .notFound: notFound += 1
        case .expired: expired += 1
        case .conflicting: conflicting += 1
        case .invalid: invalid += 1
        case .otherStatus: otherStatus += 1
        case .timedOut: timedOut += 1
        case .lost: lost += 1
        }
    }
}
