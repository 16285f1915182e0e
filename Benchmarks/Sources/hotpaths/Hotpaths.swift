import Foundation
import HotPathKit

/// Prints what the hot paths cost, beside the floors and the peers measured in the same run.
///
/// Every pass checks what it found. Ratios are worth reading; absolute times are this machine's, and
/// whatever else it does. Ends with 0 whether goals are met or not: on a busy machine a missed one
/// says little; with 1 when a pass found something wrong, with 64 on a usage error.
@main
enum Hotpaths {
    static func main() {
        do {
            let isBrief = ProcessInfo.processInfo.environment["FINBENCH_BRIEF"] != nil
            try run(Options(CommandLine.arguments.dropFirst(), isBrief: isBrief))
        } catch let error as UsageError {
            complain("\(error.text)\n\(Options.usage)")
            exit(64)
        } catch {
            complain("\(error)")
            exit(1)
        }
    }

    private static func run(_ options: Options) throws {
        let host = Host()
        let events = EventPaths(options)
        let signatures = SignaturePaths(options)
        print(host.text)
        print(
            "seed \(options.seed), medians of \(options.rounds) rounds, replies of "
                + "\(events.eventSize) B an event, reads of 16 KB"
                + (options.isBrief ? "; brief: shows that it runs, not how fast" : ""))
        print()
        let paths = options.chosen(events.all + signatures.all)
        guard !paths.isEmpty else {
            throw UsageError(text: "--only \"\(options.only ?? "")\": no path is called so")
        }
        var table = ResultTable(try Rounds(paths, count: options.rounds))
        if options.only == nil, options.hasPython, let bodies = signatures.forPeers {
            let peers = try PythonPeers(events.forPeers, bodies, isBrief: options.isBrief)
            table.append(peers.rows())
            try peers.end()
        }
        print(table.text)
        print("\n\(table.goalCount - table.missedGoals) of \(table.goalCount) goals met")
        if let path = options.csv {
            try table.csv(host, options).write(toFile: path, atomically: true, encoding: .utf8)
            print("written: \(path)")
        }
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data("hotpaths: \(text)\n".utf8))
    }
}
