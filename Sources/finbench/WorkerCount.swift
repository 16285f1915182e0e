import ArgumentParser
import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import Foundation

/// How many processes a run takes: `auto`, or a number.
enum WorkerCount: ExpressibleByArgument, Equatable {
    /// As many as open files and one core's turns need; mostly one.
    case auto
    case count(Int)

    /// The simulators' addresses are 127.0.0.1 to 127.0.0.200.
    static let limit = 200
    /// Turns a second that one load thread is given: half of what a core can do.
    static let turnRate = 2000.0

    init?(argument: String) {
        if argument == "auto" {
            self = .auto
        } else if let count = Int(argument), (1...WorkerCount.limit).contains(count) {
            self = .count(count)
        } else {
            return nil
        }
    }

    /// The number for a plan that is not divided.
    ///
    /// - Parameter fileLimit: open files that one process may have.
    /// - Complexity: O(conversations); where the plan may need more than one process, a rehearsal.
    func resolve(_ plan: RunPlan, fileLimit: Int) -> Int {
        if case .count(let count) = self { return count }
        if !plan.profile.isDivisible { return 1 }
        let rows = WorkerCount.rows(fileLimit)
        let isSmall =
            min(plan.profile.load.maxInFlight, plan.conversationLimit) <= rows
            && WorkerCount.startPeak(plan) * plan.turnMean < WorkerCount.turnRate
        return isSmall ? 1 : WorkerNeed(RunForecast(plan: plan), fileLimit: fileLimit).count
    }

    /// Conversations at a time that one process's files allow.
    static func rows(_ fileLimit: Int) -> Int {
        var settings = DriveSettings(baseURL: "", zero: Instant(nanoseconds: 0))
        settings.fileLimit = fileLimit
        return settings.allowedRows
    }

    /// The most starts within any second; for a closed load its concurrency.
    private static func startPeak(_ plan: RunPlan) -> Double {
        if let closed = plan.closed { return Double(closed.concurrency) }
        var peak = 0
        var first = 0
        for (last, offset) in plan.arrivals.enumerated() {
            while offset - plan.arrivals[first] >= 1_000_000_000 { first += 1 }
            peak = max(peak, last - first + 1)
        }
        return Double(peak)
    }
}

/// What a plan needs of this machine, and how many processes that makes.
struct WorkerNeed {
    /// Conversations at a time, rehearsed.
    let streams: Int
    /// Turns a second over the busiest ten seconds, rehearsed.
    let turnRate: Double
    /// Conversations at a time that one process's open files allow.
    let rowLimit: Int
    let processors: Int

    init(_ forecast: RunForecast, fileLimit: Int) {
        streams = forecast.inFlight.peak
        turnRate = Double(forecast.calls.peakInTenSeconds) / 10
        rowLimit = WorkerCount.rows(fileLimit)
        processors = ProcessInfo.processInfo.activeProcessorCount
    }

    /// Processes for the open files, with a tenth to spare; for a single one there is none to keep.
    private var forFiles: Int {
        streams <= rowLimit ? 1 : Int((Double(streams) * 1.1 / Double(rowLimit)).rounded(.up))
    }

    /// Processes for the turns, at most one a core.
    private var forCores: Int {
        min(processors, max(1, Int((turnRate / WorkerCount.turnRate).rounded(.up))))
    }

    var count: Int { max(forFiles, forCores) }
}
