import Foundation

/// Prints how finbench holds up beside a floor and a peer of the same run, with its goals.
///
/// Ratios are worth reading; absolute figures are this machine's. What others did on it meanwhile is
/// counted, and said where it was more than a quiet machine has. Ends with
/// 0 whether goals are met or not, with 1 when a program did something else than its work, with 64 on
/// a usage error.
@main
enum Scale {
    static func main() async {
        do {
            let arguments = CommandLine.arguments.dropFirst()
            switch arguments.first {
            case "drive": try await DriveJob(arguments.dropFirst()).perform()
            case "handshakes": try HandshakeJob(arguments.dropFirst()).perform()
            case "record": try RecordJob(arguments.dropFirst()).perform()
            case "report": try ReportJob(arguments.dropFirst()).perform()
            default: try run(Options(arguments))
            }
        } catch let error as UsageError {
            complain("\(error.text)\n\(Options.usage)")
            exit(64)
        } catch {
            complain("scale: \(error)")
            exit(1)
        }
    }

    private static func run(_ options: Options) throws {
        print(
            "\(ProcessInfo.processInfo.activeProcessorCount) cores, seed \(options.seed), "
                + "medians of \(options.rounds) rounds"
                + (options.isBrief ? "; brief: shows that it runs, not how well" : ""))
        var table = ScaleTable()
        for part in options.parts {
            let others = OtherWork()
            try measure(part, options, into: &table)
            table.note(part, others: others.cores())
        }
        print(table.text)
        print("\n\(table.conclusion)")
        if let path = options.csv {
            try table.csv.write(toFile: path, atomically: true, encoding: .utf8)
        }
    }

    private static func measure(
        _ part: Options.Part, _ options: Options, into table: inout ScaleTable
    ) throws {
        switch part {
        case .throughput: try Throughput(options).measure(into: &table)
        case .streams: try HeldStreams(options).measure(into: &table)
        case .flight: try Flight(options).measure(into: &table)
        case .accuracy: try Accuracy(options).measure(into: &table)
        case .soak: try Soak(options).measure(into: &table)
        case .handshakes: try Handshakes(options).measure(into: &table)
        case .report: try LongReport(options).measure(into: &table)
        case .workers: try HeldByWorkers(options).measure(into: &table)
        case .capture: try PacketTruth(options).measure(into: &table)
        case .references: try ReferenceCounts(options).measure(into: &table)
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
