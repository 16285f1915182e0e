import HotPathKit

/// The paths that an event stream takes: very common, once per event.
struct EventPaths {
    /// Four corpora of half a megabyte: each fits the second-level cache, and rounds take turns.
    private let cached: [EventCorpus]
    private let named: [EventCorpus]
    private let tiny: [EventCorpus]
    private let large: EventCorpus
    private let options: Options
    private let readSize = 16 * 1024  // CURL_MAX_WRITE_SIZE, libcurl's usual read

    init(_ options: Options) {
        self.options = options
        let size = 512 * 1024
        let seeds = (0..<4).map { options.seed &+ $0 }
        cached = seeds.map { EventCorpus.replies(seed: $0, byteCount: size) }
        named = seeds.map { EventCorpus.replies(seed: $0, byteCount: size, framing: .named) }
        tiny = seeds.map { EventCorpus.tiny(seed: $0, byteCount: size) }
        let largeSize = options.isBrief ? 8_000_000 : 40_000_000
        large = EventCorpus.replies(seed: options.seed &+ 4, byteCount: largeSize)
    }

    /// The corpus that the Python peers read too.
    var forPeers: EventCorpus { cached[0] }

    /// How long an event is, for the heading.
    var eventSize: Int { large.bytes.count / large.eventEnds.count }

    /// All of them, each group behind its floor.
    var all: [Path] { inCache + fromMemory + small + singly + scans }

    private var laps: Int { options.isBrief ? 10 : 100 }

    private var inCache: [Path] {
        let input = "replies in cache"
        let full = "with id and event"
        return [
            floor("cache", input, cached, laps),
            path("cache.parser", "parser", input, "cache", [.fraction(atLeast: 0.80)], cached) {
                $0.parses(readSize: readSize, laps: laps)
            },
            path(
                "cache.scan", "parser and scan", input, "cache", [.millionsPerSecond(atLeast: 2.5)],
                cached
            ) { $0.parsesAndScans(readSize: readSize, laps: laps) },
            floor("named", full, named, laps),
            path("named.parser", "parser", full, "named", [], named) {
                $0.parses(readSize: readSize, laps: laps)
            },
        ]
    }

    private var fromMemory: [Path] {
        let input = "replies, \(large.bytes.count / 1_000_000) MB"
        return [
            floor("large", input, [large], 1),
            path("large.parser", "parser", input, "large", [.fraction(atLeast: 0.60)], [large], 1) {
                $0.parses(readSize: readSize, laps: 1)
            },
            path(
                "large.scan", "parser and scan", input, "large",
                [.millionsPerSecond(atLeast: 2.5)], [large], 1
            ) { $0.parsesAndScans(readSize: readSize, laps: 1) },
        ]
    }

    private var small: [Path] {
        let bytes = cached.map { corpus in
            Path.Work(items: corpus.bytes.count, byteCount: corpus.bytes.count) {
                corpus.parses(readSize: 1, laps: 1)
            }
        }
        return [
            floor("tiny", "tiny events", tiny, laps),
            path(
                "tiny.parser", "parser", "tiny events", "tiny", [.nanoseconds(atMost: 8)], tiny
            ) { $0.parses(readSize: readSize, laps: laps) },
            Path(
                id: "bytes.parser", name: "parser", input: "1-byte reads", role: .finbench,
                item: "byte", goals: [.nanoseconds(atMost: 15)], works: bytes),
        ]
    }

    private var singly: [Path] {
        let input = "one event a read"
        return [
            path(
                "single.parser", "parser", input, "cache", [.nanoseconds(atMost: 120)], cached
            ) { $0.parsesEventByEvent(laps: laps) },
            path(
                "single.scan", "parser and scan", input, "cache", [.nanoseconds(atMost: 450)],
                cached
            ) { $0.parsesAndScansEventByEvent(laps: laps) },
        ]
    }

    private var scans: [Path] {
        let laps = options.isBrief ? 2 : 20
        let goals: [Goal] = [
            .nanoseconds(atMost: 350), .times(atLeast: 10, "decoder.fields"),
        ]
        let decoders = cached.map(DecoderPeer.init)
        return [
            path("scan", "field scan", "events in cache", "cache", goals, cached, laps) {
                $0.scans(eventCount: $0.expected.count, laps: laps)
            },
            decoder("decoder.fields", "JSONDecoder, no text", decoders) { $0.decodesFields() },
            decoder("decoder.text", "JSONDecoder, with text", decoders) { $0.decodesText() },
        ]
    }

    private func floor(
        _ id: Path.ID, _ input: String, _ corpora: [EventCorpus], _ laps: Int
    ) -> Path {
        Path(
            id: id, name: "memchr per line", input: input, role: .floor, item: "event",
            works: corpora.map { corpus in
                work(corpus, laps) { $0.findsLineEnds(laps: laps) }
            })
    }

    private func path(
        _ id: Path.ID, _ name: String, _ input: String, _ floor: Path.ID, _ goals: [Goal],
        _ corpora: [EventCorpus], _ laps: Int? = nil, _ run: @escaping (EventCorpus) -> Bool
    ) -> Path {
        Path(
            id: id, name: name, input: input, role: .finbench, item: "event",
            floor: Path.Floor(path: floor), goals: goals,
            works: corpora.map { work($0, laps ?? self.laps, run) })
    }

    private func decoder(
        _ id: Path.ID, _ name: String, _ peers: [DecoderPeer],
        _ run: @escaping (DecoderPeer) -> Bool
    ) -> Path {
        Path(
            id: id, name: name, input: "events in cache", role: .peer, item: "event",
            floor: Path.Floor(path: "cache"), rival: "scan",
            works: zip(peers, cached).map { peer, corpus in
                Path.Work(items: corpus.eventEnds.count, byteCount: corpus.bytes.count) {
                    run(peer)
                }
            })
    }

    private func work(
        _ corpus: EventCorpus, _ laps: Int, _ run: @escaping (EventCorpus) -> Bool
    ) -> Path.Work {
        Path.Work(items: laps * corpus.eventEnds.count, byteCount: laps * corpus.bytes.count) {
            run(corpus)
        }
    }
}
