internal import FinMeasure

/// What one pass over `turns.csv` gives: the parts of each turn, and the turns to look at first.
///
/// - Complexity: 48 bytes a turn for the parts; the slowest turns are a short list.
struct TurnSurvey {
    /// A turn worth a line of its own.
    struct Turn: Sendable {
        var row: TurnRow
        var detail: String
        var httpStatus: String
        var requestID: String
        var question: String
    }

    /// Lines in each of the two lists.
    static let listed = 12

    /// The parts of the main phase's turns that ended well, by scenario.
    private(set) var parts: [String: [AnatomyCSV.Parts]] = [:]
    /// The turns of the main phase with the longest TTFT, longest first.
    private(set) var slowest: [Turn] = []
    /// The first turns of the main phase that failed, in the order in which they ended.
    private(set) var failed: [Turn] = []

    /// Reads the turns; all is empty where they were not written.
    init(_ record: RunRecord) throws {
        guard let path = record.turnsPath else { return }
        var reader = try TurnReader(path: path)
        while let row = try reader.next() {
            guard row.phase == .main else { continue }
            if let found = AnatomyCSV.Parts(row) { parts[row.scenario, default: []].append(found) }
            if row.outcome.isFailure, failed.count < TurnSurvey.listed {
                failed.append(TurnSurvey.turn(row, reader))
            }
            if isSlow(row) { insert(TurnSurvey.turn(row, reader)) }
        }
    }

    private static func turn(_ row: TurnRow, _ reader: TurnReader) -> Turn {
        Turn(
            row: row, detail: reader.text(.detail), httpStatus: reader.text(.httpStatus),
            requestID: reader.text(.requestID), question: reader.text(.question))
    }

    private func isSlow(_ row: TurnRow) -> Bool {
        guard let ttft = row.ttft else { return false }
        return slowest.count < TurnSurvey.listed || ttft > (slowest.last?.row.ttft ?? 0)
    }

    private mutating func insert(_ turn: Turn) {
        let place = slowest.firstIndex { ($0.row.ttft ?? 0) < (turn.row.ttft ?? 0) }
        slowest.insert(turn, at: place ?? slowest.count)
        if slowest.count > TurnSurvey.listed { slowest.removeLast() }
    }
}
