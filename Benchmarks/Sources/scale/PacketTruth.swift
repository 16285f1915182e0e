import Foundation

/// What the machine adds by its own account, and what the packets say: `calibrate`, and a run beside
/// a capture of it.
struct PacketTruth {
    private let options: Options
    private let seconds: Int

    init(_ options: Options) {
        self.options = options
        seconds = options.isBrief ? 4 : 20
    }

    /// Takes each once: they are long.
    func measure(into table: inout ScaleTable) throws {
        try calibrate(into: &table)
        if let why = hindrance { return table.absent(.capture, "run minus packet", why: why) }
        try capture(into: &table)
    }

    private func calibrate(into table: inout ScaleTable) throws {
        let folder = try TemporaryFolder()
        let answer = try Finbench.run(
            ["calibrate", "--output", "\(folder.path)/runs"]
                + (options.isBrief ? ["--length", "1"] : []))
        table.add(
            .capture, "calibrate, from its start to its end", [answer.seconds], "s",
            options.isBrief ? nil : .atMost(90))
        let (name, last) = ("differences that are this machine's", answer.words.lastLine)
        guard let found = last.firstMatch(of: /([0-9.]+) us are not yours/),
            let floor = Double(found.1)
        else { return table.absent(.capture, name, why: "calibrate said \"\(last)\"") }
        table.add(.capture, name, [floor], "us")
    }

    /// Why nothing can be captured.
    private var hindrance: String? {
        if !Programs.isInstalled("tcpdump") { return "needs the tcpdump command" }
        return geteuid() == 0 ? nil : "needs root, for tcpdump"
    }

    private func capture(into table: inout ScaleTable) throws {
        // Holds the capture, too: hundreds of megabytes.
        let folder = try TemporaryFolder()
        let (results, packets) = ("\(folder.path)/run", "\(folder.path)/run.pcap")
        let tcpdump: PacketCapture
        do {
            tcpdump = try PacketCapture(to: packets)
        } catch let failure as Failure {
            return table.absent(.capture, "run minus packet", why: failure.description)
        }
        let run = try run(results, profile: "\(folder.path)/packets.yaml")
        let dropped = try tcpdump.stop()
        let audit = try Finbench.run(
            ["audit", results, "--pcap", packets, "--csv"], expecting: [0, 1])
        let note = [Finbench.note(run), dropped > 0 ? "\(dropped) packets dropped" : ""]
        try add(
            TidyRows(audit.words), TidyRows(path: "\(results)/outcomes.csv"),
            note: note.filter { !$0.isEmpty }.joined(separator: "; "), &table)
    }

    /// About 5,000 events a second: 155 conversations of 30 chunks, a reply and a done signal.
    private func run(_ results: String, profile: String) throws -> Finbench.Answer {
        let text = """
            name: packets
            conversation: {turns: 1}
            load:
              arrivals: poisson
              rate: 155/s
              duration: \(seconds)s
              warmup: 2s
              drain: 10s
              max_in_flight: 2000
            simulator:
              seed: 7
              think: {uniform: [200ms, 600ms]}
              chunks: {count: 30, interval: 20ms, growth: 24 B}

            """
        try text.write(toFile: profile, atomically: true, encoding: .utf8)
        return try Finbench.run(
            [
                "run", profile, "--output", results, "--seed", "\(options.seed)", "--progress",
                "none",
            ], expecting: [0, Finbench.invalid])
    }

    private func add(
        _ audit: TidyRows, _ outcomes: TidyRows, note: String, _ table: inout ScaleTable
    ) throws {
        let found = try audit.sums(of: "n", by: "subject")
        let done = try outcomes.sums(of: "count", by: "outcome")["done"] ?? 0
        let subjects = ["first_chunk", "first_replied", "done"]
        // Turns that did not end well may have some events, too.
        let least = subjects.map { found[$0] ?? 0 }.min() ?? 0
        table.add(
            .capture, "turns whose packets were found", [100 * min(least / done, 1)], "%",
            .atLeast(99), note: note)
        let smallest = try audit.sums(of: "min_ns", by: "subject")
        let largest = try audit.sums(of: "p99_ns", by: "subject")
        for subject in subjects {
            let p99 = spread(smallest[subject], largest[subject])
            table.add(
                .capture, "|run - packet| p99, \(subject)", [p99 / 1000], "us",
                options.isBrief ? nil : .atMost(10), note: "n \(Int(found[subject] ?? 0))")
        }
    }

    /// The 99th percentile without its sign: exactly that where none is further below zero, else no
    /// less.
    private func spread(_ smallest: Double?, _ p99: Double?) -> Double {
        guard let smallest, let p99 else { return .nan }
        return max(p99, -smallest)
    }
}

extension String {
    /// The last line that says something.
    fileprivate var lastLine: String { split(separator: "\n").last.map(String.init) ?? "" }
}
