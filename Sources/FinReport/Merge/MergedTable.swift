internal import FinMeasure

/// One CSV table of several slices, its instants moved to the merged zero.
///
/// Reads and writes row by row: a table may be larger than memory.
struct MergedTable {
    /// A slice's table.
    struct Part {
        var path: String
        /// What is added to every value of a column whose name ends in `_ns`.
        var shift: Int64
    }

    /// What is read of the turns on the way: who the accepted conversations' users were.
    private(set) var users: Set<String> = []
    private let runID: String

    /// - Parameter runID: the merged run's.
    init(runID: String) { self.runID = runID }

    /// A table that is being read.
    private struct Source {
        var scanner: CSVScanner
        let shift: Int64
        var shard: Int64 = 0
        var isOver = false
    }

    /// Where a table's columns are.
    private struct Columns {
        let header: [String]
        let instants: [Bool]
        let runID: Int?
        let shard: Int?
        let turn: Int?
        let status: Int?
        let user: Int?

        init(_ header: [String]) {
            self.header = header
            instants = header.map { $0.hasSuffix("_ns") }
            func place(_ name: String) -> Int? { header.firstIndex(of: name) }
            runID = place("run_id")
            shard = place("shard")
            turn = place("turn")
            status = place("http_status")
            user = place("user_id")
        }
    }

    /// Writes the table: rows of slice 0, then those of slice 1, and so on; where rows name no slice,
    /// the parts one after the other.
    ///
    /// - Parameters:
    ///   - parts: each with its slices in ascending order.
    ///   - path: of the new file.
    /// - Throws: `ReportError` when a part cannot be read, or has other columns than the first.
    mutating func write(_ parts: [Part], to path: String) throws {
        var sources = try parts.map {
            Source(scanner: try CSVScanner(path: $0.path), shift: $0.shift)
        }
        var columns: Columns?
        for index in sources.indices {
            guard try sources[index].scanner.next() else { continue }
            let header = sources[index].scanner.texts
            if let columns, columns.header != header {
                throw ReportError(
                    .unmergeable, path: parts[index].path, line: 1,
                    "has other columns than \"\(parts[0].path)\": merge what one version wrote")
            }
            columns = columns ?? Columns(header)
        }
        guard let columns else { return }
        let file = try AppendedFile(path: path)
        var buffer = CSVBuffer(header: columns.header)
        for index in sources.indices { try MergedTable.advance(&sources[index], columns) }
        while let next = MergedTable.next(sources) {
            let shard = sources[next].shard
            while !sources[next].isOver, sources[next].shard == shard {
                copy(sources[next], columns, to: &buffer)
                try MergedTable.advance(&sources[next], columns)
                if buffer.bytes.count > 1 << 20 {
                    try file.append(buffer.bytes)
                    buffer.removeAll()
                }
            }
        }
        try file.append(buffer.bytes)
        try file.close()
    }

    private static func next(_ sources: [Source]) -> Int? {
        sources.indices.filter { !sources[$0].isOver }
            .min { (sources[$0].shard, $0) < (sources[$1].shard, $1) }
    }

    private static func advance(_ source: inout Source, _ columns: Columns) throws {
        guard try source.scanner.next(), source.scanner.count == columns.header.count else {
            source.isOver = true
            return
        }
        if let place = columns.shard { source.shard = source.scanner.integer(place) ?? 0 }
    }

    private mutating func copy(_ source: Source, _ columns: Columns, to buffer: inout CSVBuffer) {
        let scanner = source.scanner
        for place in columns.header.indices {
            if place == columns.runID {
                buffer.field(runID)
            } else if source.shift != 0, columns.instants[place],
                let instant = scanner.integer(place)
            {
                buffer.field(instant + source.shift)
            } else {
                scanner.copy(place, to: &buffer)
            }
        }
        buffer.endRow()
        if let turn = columns.turn, let status = columns.status, let user = columns.user,
            scanner.integer(turn) == 1, scanner.integer(status) == 200
        {
            users.insert(scanner.text(user))
        }
    }
}
