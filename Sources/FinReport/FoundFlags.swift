internal import FinMeasure

/// What was found on the turns of a run, each flag with its turns: `index_gap 3, late_chunk 1`.
struct FoundFlags {
    /// What was wrong, or not whole, on the wire; `clean` for nothing.
    let integrity: String
    /// What we did on purpose, as the profile asked; empty for nothing.
    let remarks: String

    private static let ours: TurnFlags = [.waited429, .waitedHuman]

    init(_ record: RunRecord) {
        let ours = FoundFlags.ours.setNames
        let wire = TurnFlags.names.filter { !ours.contains($0) }
        let found = FoundFlags.counts(of: wire, in: record)
        integrity = found.isEmpty ? "clean" : found
        remarks = FoundFlags.counts(of: ours, in: record)
    }

    private static func counts(of names: [String], in record: RunRecord) -> String {
        names.compactMap { name -> String? in
            let turns = record.outcomes.reduce(UInt64(0)) {
                $0 + ($1.mentions(name) ? $1.count : 0)
            }
            return turns > 0 ? "\(name) \(turns)" : nil
        }.joined(separator: ", ")
    }
}
