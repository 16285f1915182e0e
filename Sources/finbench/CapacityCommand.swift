import ArgumentParser
import FinDrive
import FinLoop
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// `finbench capacity`: the highest rate of conversations that still meets a profile's objectives.
struct CapacityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "capacity",
        abstract: "Find the highest rate that still meets a profile's objectives.",
        discussion: """
            Each step is a run of its own, with a seed of its own, at one rate, long enough for a \
            verdict. Rates double until one fails; then what lies between is halved until it is no \
            wider than --resolution. The profile's own load gives way, but for its arrivals and \
            limits. Where conversations cost money, --up-to bounds the search, and the sum of all its \
            steps must be within safety.max_conversations; elsewhere that, where it is set, bounds \
            each step, and so the rate.

            Exit status: 0 a rate was found; 1 not even the lowest one passes; 2 a step gave no \
            verdict; 3 the generator, or a limit of its own, was the limit.
            """)

    @OptionGroup var options: PlanOptions
    @Flag(help: "Allow a target that is not this machine.") var live = false
    @Flag(help: "Begin a search that costs money without typing its number of conversations.")
    var yes = false
    @Option(help: "The first rate, in conversations a second.") var from: Double?
    @Option(help: "The highest rate to try.") var upTo: Double?
    @Option(help: "The length of a step in seconds, warm-up left out; none: what a verdict needs.")
    var step: Double?
    @Option(help: "How near the answer must be, in percent of the rate.") var resolution = 5.0
    @Option(help: "The directory for the results.") var output: String?

    func validate() throws {
        let rates = [from, upTo, step].compactMap { $0 }
        guard rates.allSatisfy({ $0 > 0 && $0 <= 1e6 }), resolution > 0, resolution <= 100 else {
            throw ValidationError(
                "--from, --up-to, --step must be above 0, --resolution above 0 and at most 100")
        }
        if let from, let upTo, from > upTo {
            throw ValidationError("--from \(from) is above --up-to \(upTo)")
        }
    }

    mutating func run() async throws {
        let command = self
        try await Terminal.guarding { try await command.work() }
    }

    private func work() async throws -> Int32 {
        let profile = try options.readProfile()
        try LiveCheck.check(profile, isLive: live)
        let steps = try CapacitySteps(profile, seconds: step)
        var search = try steps.search(from: from, upTo: upTo, resolution: resolution / 100)
        let start = Clock.unixNanoseconds()
        let directory =
            output ?? ResultsDirectory.fresh("\(profile.name)-capacity", unixNanoseconds: start)
        try ResultsDirectory.create(directory)
        try confirm(profile, steps.conversations(search), directory)
        var table = CapacityTable(title: profile.name)
        let bound = steps.bound(upTo: upTo)
        let request = EndRequest()
        do {
            while let rate = search.next {
                try request.check(CapacityCommand.interruption)
                let number = search.steps.count + 1
                search.take(try await measure(steps, rate, number, in: directory, &table))
                try table.write(to: directory)
            }
        } catch {
            // Each step took its minute and may have cost money: what they showed is not lost.
            if !search.steps.isEmpty { say(table, search, bound, directory) }
            throw error
        }
        say(table, search, bound, directory)
        return CapacityCommand.status(search)
    }

    private func measure(
        _ steps: CapacitySteps, _ rate: Double, _ number: Int, in directory: String,
        _ table: inout CapacityTable
    ) async throws -> CapacitySearch.Verdict {
        let plan = try steps.plan(rate: rate, number: number)
        let folder = "\(directory)/step-\(number)"
        try ResultsDirectory.create(folder)
        let run = try PlannedRun(
            plan: plan, directory: folder, labels: ["capacity_step": "\(number)"], live: live,
            keepsTurns: plan.expectedTurns <= 1_000_000, progress: .none)
        let (end, conclusion) = try await run.measure()
        let rows = WorkerCount.rows(Host.raiseFileLimit())
        let verdict = try table.add(
            rate: rate, directory: folder, conclusion: conclusion,
            isAborted: try CapacityCommand.isAborted(end),
            isFileBound: rows < plan.profile.load.maxInFlight)
        Terminal.note(
            "finbench: step \(number), \(PlainNumber.text(rate))/s: \(verdict.rawValue), "
                + (table.rows.last?.reason ?? ""))
        return verdict
    }

    private func say(
        _ table: CapacityTable, _ search: CapacitySearch, _ bound: String, _ directory: String
    ) {
        Terminal.say(table.text + "\n\n" + table.sentence(search, bound: bound))
        Terminal.say("\(directory) holds capacity.csv, capacity.svg and a run for each step")
    }

    private func confirm(_ profile: Profile, _ most: Int?, _ directory: String) throws {
        guard profile.isMetered, !yes, let most else { return }
        do {
            Terminal.note(
                "finbench: the search may begin up to \(most) conversations"
                    + (profile.worstCaseBill(conversations: most)
                        .map { ", at the worst \(Money.words($0))" } ?? ""))
            try Confirmation.ask(conversations: most)
        } catch {
            ResultsDirectory.removeEmpty(directory)
            throw error
        }
    }

    private static let interruption = "the search was interrupted; its steps are written"

    /// Whether `abort_when` ended the step: above the knee that is what a search provokes.
    ///
    /// - Throws: `Complaint` where the search itself has to end.
    private static func isAborted(_ end: DriveEnd) throws -> Bool {
        switch end.reason {
        case .finished: return false
        case .aborted(let words) where words.hasPrefix("abort_when"): return true
        case .interrupted:
            throw Complaint(.interrupted, interruption)
        case .unreachable(let words): throw Complaint(.unreachable, words)
        case .hostLimit(let words): throw Complaint(.host, "the search ended early: \(words)")
        case .aborted(let words):
            throw Complaint(.invalid, "a safety rule stopped the search: \(words)")
        }
    }

    private static func status(_ search: CapacitySearch) -> Int32 {
        switch search.finding {
        case .knee, .limit: Exit.success.rawValue
        case .nothing: 1
        case .undecided: 2
        case .generatorBound: Exit.invalid.rawValue
        }
    }
}
