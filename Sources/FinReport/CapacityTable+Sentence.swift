public import FinMeasure

extension CapacityTable {
    /// What a search came to, in a sentence; of one that was broken off, what it had found.
    ///
    /// - Parameters:
    ///   - search: whose steps are the table's rows.
    ///   - bound: what sets the highest rate, where one is set.
    public func sentence(_ search: CapacitySearch, bound: String) -> String {
        let passed =
            search.passed.map { "\(CapacityTable.plain($0)) conversations/s pass" }
            ?? "no rate passes"
        switch search.finding {
        case .knee:
            let refused = search.refused.map { CapacityTable.plain($0.rate) } ?? ""
            return "capacity: \(passed), \(refused)/s fail"
        case .generatorBound:
            let doubt = search.refused.map { self.doubt(at: $0.rate, search) } ?? ""
            return "generator-bound: \(passed); \(doubt)"
        case .limit: return "capacity: \(passed), the highest rate allowed (\(bound))"
        case .nothing:
            let lowest = CapacityTable.plain(search.steps.map(\.rate).min() ?? search.start)
            return "capacity: below \(lowest) conversations/s, the lowest tried"
        case .undecided where search.next != nil:
            return "the search was broken off: \(passed) so far"
        case .undecided:
            let rate = CapacityTable.plain(search.steps.last?.rate ?? 0)
            return "no verdict at \(rate)/s; \(passed) so far: make --step longer"
        }
    }

    /// Why a step says nothing of the target, and what to do.
    private func doubt(at rate: Double, _ search: CapacitySearch) -> String {
        let held = rows.last { $0.asked == rate }?.held
        let reason = held?.message ?? "finbench itself was late"
        let advice = held?.advice ?? "use a faster machine, or more of them"
        let failed = search.steps.filter { $0.verdict == .fail }.map(\.rate).min()
        let end = failed.map { ", but not \(CapacityTable.plain($0))/s" } ?? ""
        return "at \(CapacityTable.plain(rate))/s \(reason), so the target may take more\(end): "
            + advice
    }

    private static func plain(_ rate: Double) -> String { Decimals.number(rate, places: 3) }
}
