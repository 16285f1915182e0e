import CReferences
import CScale
import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import Foundation

/// One run of finbench's load path in this process: no files, no report, only what it costs.
struct DriveJob {
    private var url = ""
    private var load: [String] = []
    private var seed: UInt64 = 7
    private var core = -1
    private var openStreams = 0.0
    private var turnsPath: String?
    private var isPaced = false
    private var countsReferences = false

    /// - Throws: `UsageError` naming the argument.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var rest = arguments
        while let name = rest.popFirst() {
            let text = try Options.value(of: name, &rest) { $0 }
            switch name {
            case "--url": url = text
            case "--load": load.append(text)
            case "--seed": seed = UInt64(text) ?? seed
            case "--core": core = Int(text) ?? core
            case "--streams": openStreams = Double(text) ?? 0
            case "--turns": turnsPath = text
            case "--paced": isPaced = text == "yes"
            case "--references": countsReferences = text == "yes"
            default: throw UsageError(text: "\"\(name)\" is not known")
            }
        }
    }

    /// Runs and prints the figures as one line of JSON.
    func perform() async throws {
        scale_pin(Int32(core))
        if countsReferences, unsafe !references_count_on("finbench-load") {
            throw Failure("retains, releases or new objects cannot be counted")
        }
        let before = Host.residentBytes()
        let plan = try RunPlan(profile: profile(), runID: "s\(seed)")
        let mailbox = try Mailbox<DriveRequest>()
        let zero = Clock.now() + .milliseconds(250)
        var settings = DriveSettings(baseURL: url, zero: zero)
        settings.authorization = "Bearer finbench-local"
        settings.fileLimit = Host.raiseFileLimit()
        let box = MeterBox()
        let (wanted, keepsTurns) = (openStreams, turnsPath != nil)
        let end = try await Drive.run(plan: plan, settings: settings, mailbox: mailbox) {
            let meter = DriveMeter(
                plan: plan, zero: zero, streams: wanted, before: before, keepsTurns: keepsTurns)
            box.meter = meter
            return [meter]
        }
        guard end.reason == .finished, let meter = box.meter else {
            throw Failure("the run did not come to its end: \(end.reason)")
        }
        var figures = meter.figures
        figures.references = references_counted()
        figures.objects = references_objects()
        if let turnsPath {
            try meter.seen.write(toFile: turnsPath, atomically: true, encoding: .utf8)
        }
        print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }

    /// The meter lives on the recorder thread until the run is over.
    private final class MeterBox: @unchecked Sendable {
        var meter: DriveMeter?
    }

    private func profile() throws -> Profile {
        // Paced: starts must be exact, and the loop spins before them. Else only work is counted.
        let generator = isPaced ? "{max_share: 100%}" : "{max_share: 100%, spin: 0ms}"
        var lines = [
            "name: scale", "target:", "  url: \(url)", "generator: \(generator)", "conversation:",
            "  timeouts: {connect: 10s, response: 20s, first_chunk: 60s, idle: 60s, turn: 170s}",
            "safety: {max_conversations: 100000000}", "load:", "  seed: \(seed)",
        ]
        lines += load.map { "  \($0)" }
        return try Profile.parse(text: lines.joined(separator: "\n") + "\n", source: "scale")
    }
}
