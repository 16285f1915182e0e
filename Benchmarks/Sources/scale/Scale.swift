import Foundation

/// Prints how finbench's load path holds up beside a floor and a peer of the same run, with its goals.
///
/// Ratios are worth reading; absolute figures are this machine's, and whatever else it does. Ends with
/// 0 whether goals are met or not, with 1 when a program did something else than its work, with 64 on
/// a usage error.
@main
enum Scale {
    static func main() async {
        do {
            let arguments = CommandLine.arguments.dropFirst()
            if arguments.first == "drive" {
                return try await DriveJob(arguments.dropFirst()).perform()
            }
            try await run(Options(arguments))
        } catch let error as UsageError {
            complain("\(error.text)\n\(Options.usage)")
            exit(64)
        } catch {
            complain("scale: \(error)")
            exit(1)
        }
    }

    private static func run(_ options: Options) async throws {
        print(
            "\(ProcessInfo.processInfo.activeProcessorCount) cores, seed \(options.seed), "
                + "medians of \(options.rounds) rounds"
                + (options.isBrief ? "; brief: shows that it runs, not how well" : ""))
        var table = ScaleTable()
        for part in options.parts {
            switch part {
            case .throughput: try Throughput(options).measure(into: &table)
            case .streams: try HeldStreams(options).measure(into: &table)
            case .flight: try Flight(options).measure(into: &table)
            case .accuracy: try Accuracy(options).measure(into: &table)
            case .soak: try Soak(options).measure(into: &table)
            }
        }
        print(table.text)
        print("\n\(table.goalCount - table.missedGoals) of \(table.goalCount) goals met")
        if let path = options.csv {
            try table.csv.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    private static func complain(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// A program that did something else than its work: its figures say nothing.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
