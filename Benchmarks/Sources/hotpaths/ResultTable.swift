import Foundation

/// The figures as a table for people and as CSV.
struct ResultTable {
    private struct Row {
        let name: String
        let input: String
        let role: Path.Role
        let item: String
        var nanoseconds: Double?
        var bestNanoseconds: Double?
        var gigabytesPerSecond: Double?
        var fraction: Double?
        var timesFinbench: Double?
        var goals: [(text: String, isMet: Bool)] = []
        /// Why there are no figures.
        var absence: String?
    }

    private var rows: [Row] = []
    private var nanosecondsByID: [Path.ID: Double] = [:]

    init(_ rounds: Rounds) {
        let figures = rounds.figures()
        let names = Dictionary(uniqueKeysWithValues: figures.map { ($0.path.id, $0.path.name) })
        for figures in figures {
            let path = figures.path
            nanosecondsByID[path.id] = figures.nanoseconds
            rows.append(
                Row(
                    name: path.name, input: path.input, role: path.role, item: path.item,
                    nanoseconds: figures.nanoseconds,
                    bestNanoseconds: figures.bestNanoseconds,
                    gigabytesPerSecond: figures.gigabytesPerSecond, fraction: figures.fraction,
                    timesFinbench: figures.timesFinbench,
                    goals: path.goals.map { goal in
                        (goal.text { names[$0] ?? $0 }, rounds.meets(goal, figures))
                    }))
        }
    }

    /// Adds the peers that ran in processes of their own: their ratio is one of medians.
    mutating func append(_ peers: [PythonPeers.Row]) {
        for peer in peers {
            var row = Row(name: peer.name, input: peer.input, role: .peer, item: peer.item)
            switch peer.figure {
            case .success(let nanoseconds):
                row.nanoseconds = nanoseconds
                row.timesFinbench = nanosecondsByID[peer.rival].map { nanoseconds / $0 }
            case .failure(let absence): row.absence = absence.reason
            }
            rows.append(row)
        }
    }

    /// Goals that were missed.
    var missedGoals: Int { rows.flatMap(\.goals).count { !$0.isMet } }

    /// How many goals there are.
    var goalCount: Int { rows.flatMap(\.goals).count }

    /// Lines for people.
    var text: String {
        let heads = [
            "path", "input", "ns", "best", "per", "GB/s", "of floor", "x finbench", "goal",
        ]
        let cells = [heads] + rows.map(cells)
        let widths = heads.indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { line(of: $0, widths) }.joined(separator: "\n")
    }

    private func line(of cells: [String], _ widths: [Int]) -> String {
        let isNumber = [false, false, true, true, false, true, true, true, false]
        let padded = cells.indices.map { column in
            let space = String(repeating: " ", count: widths[column] - cells[column].count)
            return isNumber[column] ? space + cells[column] : cells[column] + space
        }
        let line = padded.joined(separator: "  ")
        return String(line.dropLast(line.reversed().prefix { $0 == " " }.count))
    }

    private func cells(_ row: Row) -> [String] {
        let goals = row.goals.map { $0.text + ($0.isMet ? ": met" : ": MISSED") }
        return [
            row.name, row.input, row.nanoseconds.map(nanoseconds) ?? "-",
            row.bestNanoseconds.map(nanoseconds) ?? "-", row.item,
            row.gigabytesPerSecond.map { decimals($0, 2) } ?? "-",
            row.fraction.map { decimals($0, $0 < 0.1 ? 3 : 2) } ?? "-",
            row.timesFinbench.map { decimals($0, 1) } ?? "-",
            row.absence.map { "absent: \($0)" } ?? goals.joined(separator: ", "),
        ]
    }

    private func nanoseconds(_ value: Double) -> String { decimals(value, value < 100 ? 1 : 0) }

    /// Tidy CSV: a row for every path; empty where there is nothing.
    func csv(_ host: Host, _ options: Options) -> String {
        let head =
            "schema,started_at,cpu,seed,rounds,path,input,role,item,ns_per_item,best_ns_per_item,"
            + "gigabytes_per_second,floor_fraction,times_finbench,goal,met,absence"
        let lines = rows.map { row in
            [
                "1", host.startedAt, quoted(host.cpu), "\(options.seed)", "\(options.rounds)",
                quoted(row.name), quoted(row.input), row.role.rawValue, row.item,
                number(row.nanoseconds), number(row.bestNanoseconds),
                number(row.gigabytesPerSecond), number(row.fraction),
                number(row.timesFinbench), quoted(row.goals.map(\.text).joined(separator: "; ")),
                row.goals.isEmpty ? "" : row.goals.allSatisfy(\.isMet) ? "1" : "0",
                quoted(row.absence ?? ""),
            ].joined(separator: ",")
        }
        return ([head] + lines).joined(separator: "\n") + "\n"
    }

    private func number(_ value: Double?) -> String {
        value.map { String(format: "%.6g", $0) } ?? ""
    }

    private func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"\n".contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
