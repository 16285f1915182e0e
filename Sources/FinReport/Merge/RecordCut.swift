internal import FinMeasure

/// Cuts the partial record of a process that died to whole intervals, the same ones in every file.
///
/// A process appends an interval to the histograms, then to the outcomes, then to the turns; it may
/// have died between two of them, or in the middle of a line.
struct RecordCut {
    /// An interval's lines in one file.
    private struct Block {
        var start: Nanoseconds
        var offset: Int
        /// Turns that ended in it, as each metric of a turn counts them: every turn is in each of them
        /// once, in the histogram itself or beside it.
        var counts: [String: UInt64] = [:]

        /// Turns that ended in it.
        var turns: UInt64 { counts.values.max() ?? 0 }

        /// Whether all metrics of a turn have the same turns.
        func hasWhole(_ turns: UInt64) -> Bool {
            RecordCut.metrics.allSatisfy { counts[$0, default: 0] == turns }
        }
    }

    /// The metrics that each turn has a value, or none, of, whatever its kind.
    private static let metrics = Metric.allCases.filter {
        $0.scope == .turn && TurnKind.message.has($0) && TurnKind.call.has($0)
    }.flatMap { metric in
        metric.anchors.map { "\(metric.rawValue) \($0.rawValue)" }
    }

    private let directory: String

    /// Cuts the three tables.
    ///
    /// - Throws: `ReportError` when one cannot be read or cut.
    static func apply(to directory: String) throws {
        let cut = RecordCut(directory: directory)
        let histograms = try cut.histogramBlocks()
        let outcomes = try cut.outcomeBlocks()
        var blocks = histograms.blocks
        var end = histograms.end
        if let last = blocks.last {
            let counted = outcomes.blocks.last { $0.start == last.start }?.turns ?? 0
            let all = blocks.reduce(0) { $0 + $1.turns }
            let rows = try cut.turnRows()
            // Fewer rows for the intervals before it mean a slow disk, which is counted elsewhere.
            let lacksRows = rows.map { $0 < all && $0 >= all - last.turns } ?? false
            if !last.hasWhole(counted) || lacksRows {
                end = last.offset
                blocks.removeLast()
            }
        }
        let kept = Set(blocks.map(\.start))
        let outcomesEnd = outcomes.blocks.first { !kept.contains($0.start) }?.offset ?? outcomes.end
        try AppendedFile.cut(cut.path(RecordFiles.histograms), to: end)
        try AppendedFile.cut(cut.path(RecordFiles.outcomes), to: outcomesEnd)
        try cut.cutTurns(rows: blocks.reduce(0) { $0 + $1.turns })
    }

    private func path(_ name: String) -> String {
        "\(directory)/\(name)\(RecordFiles.partialSuffix)"
    }

    /// The offsets at which a file's whole lines begin, and where the last one ends.
    private func lines(_ name: String) throws -> (lines: [(offset: Int, text: Substring)], end: Int)
    {
        let bytes = try RecordFiles.read(path(name))
        var found: [(offset: Int, text: Substring)] = []
        var offset = 0
        while let end = bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) {
            found.append((offset, Substring(decoding: bytes[offset..<end], as: UTF8.self)))
            offset = end + 1
        }
        return (found, offset)
    }

    private func histogramBlocks() throws -> (blocks: [Block], end: Int) {
        let (lines, end) = try lines(RecordFiles.histograms)
        var blocks: [Block] = []
        for (number, line) in lines.enumerated() {
            let entry = try HistogramLog.entry(
                line.text, path: path(RecordFiles.histograms), number: number + 1)
            guard let (start, name, turns) = RecordCut.turns(of: entry) else { continue }
            if blocks.last?.start != start {
                blocks.append(Block(start: start, offset: line.offset))
            }
            if let name { blocks[blocks.count - 1].counts[name, default: 0] += turns }
        }
        return (blocks, end)
    }

    /// The interval of an entry, and the turns that it counts under which metric.
    private static func turns(
        of entry: HistogramLog.Entry?
    ) -> (start: Nanoseconds, name: String?, turns: UInt64)? {
        switch entry {
        case nil: nil
        case .health(let row): (row.start, nil, 0)
        case .histogram(let line): (line.start, name(line.tag), line.counts.slotTotal)
        case .counts(let line): (line.start, name(line.tag), line.values[0...3].reduce(0, +))
        }
    }

    private static func name(_ tag: String) -> String? {
        guard let series = Series(tag: tag), series.metric.scope == .turn else { return nil }
        return "\(series.metric.rawValue) \(series.anchor.rawValue)"
    }

    private func outcomeBlocks() throws -> (blocks: [Block], end: Int) {
        let (lines, end) = try lines(RecordFiles.outcomes)
        var blocks: [Block] = []
        for line in lines.dropFirst() {
            let fields = line.text.split(separator: ",", omittingEmptySubsequences: false)
            guard let row = OutcomeRow(fields: fields.map(String.init)) else { continue }
            if blocks.last?.start != row.start {
                blocks.append(Block(start: row.start, offset: line.offset))
            }
            blocks[blocks.count - 1].counts["", default: 0] += row.count
        }
        return (blocks, end)
    }

    /// Whole rows of `turns.csv`; nil where turns are not written.
    private func turnRows() throws -> UInt64? {
        if RecordFiles.existing(RecordFiles.turns, in: directory) == nil { return nil }
        return UInt64(max(1, try lines(RecordFiles.turns).lines.count) - 1)
    }

    /// Keeps so many rows at the most; fewer are there where the disk was slower than the run.
    private func cutTurns(rows: UInt64) throws {
        guard RecordFiles.existing(RecordFiles.turns, in: directory) != nil else { return }
        let (lines, end) = try lines(RecordFiles.turns)
        let next = Int(rows) + 1
        try AppendedFile.cut(
            path(RecordFiles.turns), to: next < lines.count ? lines[next].offset : end)
    }
}
