import FinMeasure
import FinProfile
import Foundation

/// Finished runs by the words of a command line: a run's directory, or a folder of them.
enum RunFolders {
    /// The directories that words joined by commas name, in order.
    static func runs(named words: String) throws -> [String] {
        try words.split(separator: ",").flatMap { try runs(in: String($0)) }
    }

    /// The run at a path, or the runs in it by name; what `latest` points to is there already.
    static func runs(in path: String) throws -> [String] {
        if holdsRun(path) { return [path] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let paths = names.filter { $0 != "latest" }.map { "\(path)/\($0)" }.sorted()
        let found = paths.filter(isFinished)
        for path in paths where holdsRun(path) && !isFinished(path) {
            Terminal.note("finbench: \(path) is what a killed run left, or is not over: left out")
        }
        if found.isEmpty {
            throw Complaint(
                .usage,
                "\"\(path)\" is no finished run and holds none: name a directory with a run.json, or a "
                    + "folder of such")
        }
        return found
    }

    private static func holdsRun(_ path: String) -> Bool {
        // What a run over workers leaves lies below it until they are merged.
        isFinished(path)
            || ["run.json.partial", "workers"].contains {
                FileManager.default.fileExists(atPath: "\(path)/\($0)")
            }
    }

    private static func isFinished(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: "\(path)/run.json")
    }
}

extension SLO {
    /// The figure that the objective is about; nil where it looks at some turns only.
    var gate: ComparisonGate? {
        guard turn == .all, scenario == nil else { return nil }
        switch subject {
        case .errorRate: return ComparisonGate(.errorRate, threshold: 0)
        case .percentile(let metric, let anchor, let percentile, _):
            return ComparisonGate(.percentile(metric, anchor, percentile / 100), threshold: 0)
        }
    }
}
