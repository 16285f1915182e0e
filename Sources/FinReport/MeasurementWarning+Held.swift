internal import FinMeasure

// What we ourselves kept from being measured.
extension MeasurementWarning {
    /// Starts that were held back, each under the rule that did it.
    ///
    /// - Parameter count: all of them.
    static func heldBack(_ record: RunRecord, _ count: Double) -> [MeasurementWarning] {
        let floor = blocked(record, .rateLimitFloor)
        let users = blocked(record, .userLimit)
        let others = UInt64(max(0, count)) - min(UInt64(max(0, count)), floor + users)
        var found: [MeasurementWarning] = []
        if others > 0 { found.append(.blockedStarts(others)) }
        if floor > 0 { found.append(.rateLimitFloor(floor)) }
        if users > 0 { found.append(.userLimit(users)) }
        return found
    }

    private static func blocked(_ record: RunRecord, _ cause: OutcomeCause) -> UInt64 {
        record.outcomes.reduce(0) { sum, row in
            sum + (row.outcome == .blocked && row.mentions(cause.rawValue) ? row.count : 0)
        }
    }

    /// Turns that the end of the drain cut.
    static func drained(_ record: RunRecord) -> [MeasurementWarning] {
        let rows = record.outcomes.filter { $0.phase == .main }
        let all = rows.reduce(0) { $0 + $1.count }
        let cut = rows.reduce(UInt64(0)) { sum, row in
            let isDrained = row.outcome == .cut && row.mentions(OutcomeCause.drain.rawValue)
            return sum + (isDrained ? row.count : 0)
        }
        let isNoticeable = Double(cut) > noticeableShare * Double(all)
        return isNoticeable ? [.turnsCut(cut, of: all)] : []
    }
}
