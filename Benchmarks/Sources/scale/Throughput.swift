/// Complete conversations on one core, by finbench, by C on the same libcurl, and by aiohttp.
///
/// A client that is saturated finds its events in heaps: that makes it cheaper, and gaps cannot be told.
/// So the share of events that had a read alone stands beside the figures.
struct Throughput {
    private let options: Options
    private let seconds: Int

    init(_ options: Options) {
        self.options = options
        seconds = options.isBrief ? 3 : 8
    }

    /// Takes the figures, each client once a round, against a server of its own.
    func measure(into table: inout ScaleTable) throws {
        for concurrency in [30, 400] { try measure(concurrency, into: &table) }
    }

    private func measure(_ concurrency: Int, into table: inout ScaleTable) throws {
        var (own, floor): ([Pace], [Pace]) = ([], [])
        var (peer, share): (Result<[Pace], Failure>, [Double]) = (.success([]), [])
        for _ in 0..<options.rounds {
            let ours = try ours(concurrency)
            own.append(ours.pace)
            share.append(ours.share)
            floor.append(try self.floor(concurrency))
            peer = try add(concurrency, to: peer)
        }
        let at = "\(concurrency) at a time"
        let isSaturated = concurrency > 100
        table.add(
            .throughput, "conversations/s, \(at)", own.map(\.perSecond), "1/s",
            isSaturated ? .atLeast(4000) : nil,
            note: "the server used \(Figure.text(Figure.median(share))) of a core")
        table.add(.throughput, "the same by C on libcurl", floor.map(\.perSecond), "1/s")
        table.add(
            .throughput, "CPU a thousand conversations, \(at)", own.map { $0.cpu * 1000 }, "s")
        table.add(.throughput, "the same by C on libcurl", floor.map { $0.cpu * 1000 }, "s")
        table.add(
            .throughput, "CPU over that of C, \(at)", zip(own, floor).map { $0.cpu / $1.cpu }, "x",
            .atMost(1.25))
        switch peer {
        case .failure(let failure):
            table.absent(.throughput, "aiohttp with uvloop, \(at)", why: failure.description)
        case .success(let peers):
            compare(own, peers, floor, at, isSaturated, into: &table)
        }
    }

    private func compare(
        _ own: [Pace], _ peers: [Pace], _ floor: [Pace], _ at: String, _ isSaturated: Bool,
        into table: inout ScaleTable
    ) {
        table.add(
            .throughput, "aiohttp's CPU over ours, \(at)",
            zip(peers, own).map { $0.cpu / $1.cpu }, "x", isSaturated ? .atLeast(3) : nil)
        table.add(
            .throughput, "aiohttp's CPU over that of C, \(at)",
            zip(peers, floor).map { $0.cpu / $1.cpu }, "x")
        table.add(
            .throughput, "our conversations/s over aiohttp's, \(at)",
            zip(own, peers).map { $0.perSecond / $1.perSecond }, "x",
            isSaturated ? .atLeast(4) : nil)
        table.add(.throughput, "of our events timed, \(at)", own.map { $0.timed * 100 }, "%")
        table.add(
            .throughput, "of aiohttp's chunks timed, \(at)", peers.map { $0.timed * 100 }, "%")
    }

    /// What a client did.
    private struct Pace {
        var perSecond: Double
        /// Processor time of one conversation, seconds.
        var cpu: Double
        /// The share of events (of aiohttp's: chunks) that had a read alone.
        var timed = 1.0
    }

    private func ours(_ concurrency: Int) throws -> (pace: Pace, share: Double) {
        let server = try Server(options, [])
        let figures = try Programs.drive([
            "--url", server.url, "--core", "\(options.clientCore)", "--seed", "\(options.seed)",
            "--load", "concurrency: \(concurrency)", "--load", "duration: \(seconds + 1)s",
            "--load", "drain: 20s", "--load", "conversations: 10000000",
        ])
        let (served, share) = try server.stop()
        guard figures.done == figures.turns, served.turns == figures.turns else {
            throw Failure("of \(figures.turns) turns \(figures.done) ended well")
        }
        let timed = 1 - Double(figures.coalesced) / Double(max(1, figures.events))
        let pace = Pace(
            perSecond: figures.turnsPerSecond, cpu: figures.cpuPerTurn, timed: timed)
        return (pace, share)
    }

    private func arguments(_ server: Server, _ concurrency: Int) -> [String] {
        [
            "--url", server.url, "--core", "\(options.clientCore)", "--concurrency",
            "\(concurrency)", "--seconds", "\(seconds)",
        ]
    }

    private func floor(_ concurrency: Int) throws -> Pace {
        let server = try Server(options, [])
        let figures = try Programs.floor(arguments(server, concurrency))
        _ = try server.stop()
        guard figures.failed == 0 else { throw Failure("C failed \(figures.failed) times") }
        let count = Double(figures.conversations)
        return Pace(perSecond: count / figures.seconds, cpu: figures.cpu_seconds / count)
    }

    /// One more of aiohttp; once it is absent it stays so.
    private func add(
        _ concurrency: Int, to peers: Result<[Pace], Failure>
    ) throws -> Result<[Pace], Failure> {
        guard case .success(let before) = peers else { return peers }
        return try peer(concurrency).map { before + [$0] }
    }

    private func peer(_ concurrency: Int) throws -> Result<Pace, Failure> {
        let server = try Server(options, [])
        let figures = try Programs.peer(arguments(server, concurrency))
        _ = try server.stop()
        if let absent = figures.absent { return .failure(Failure(absent)) }
        guard figures.failed == 0, let count = figures.conversations.map(Double.init),
            let seconds = figures.seconds, let cpu = figures.cpu_seconds,
            let chunks = figures.chunks, let timed = figures.timed_chunks
        else { return .failure(Failure("the peer failed \(figures.failed ?? 0) times")) }
        return .success(
            Pace(
                perSecond: count / seconds, cpu: cpu / count,
                timed: Double(timed) / Double(max(1, chunks))))
    }
}
