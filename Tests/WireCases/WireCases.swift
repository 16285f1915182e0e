#if !FUZZING
    import FinTestSupport
    import Glibc

    /// The parser test kit as a program: as many cases as are asked for, in release.
    ///
    ///     wirecases COUNT [streams|documents|headers]...
    ///     wirecases seeds parser|scan|header DIRECTORY
    ///     wirecases replay parser|scan|header FILE...
    ///
    /// `FINBENCH_SEED` repeats a run. Exit status: 0 all alike, 1 a difference (the case is printed),
    /// 64 wrong arguments.
    @main
    struct WireCases {
        static func main() {
            let words = Array(CommandLine.arguments.dropFirst())
            switch words.first {
            case "seeds": exit(Seeds.write(Array(words.dropFirst())))
            case "replay": exit(Replay.run(Array(words.dropFirst())))
            default: exit(run(words))
            }
        }

        private static func run(_ words: [String]) -> Int32 {
            let kinds = words.dropFirst().compactMap { WireCase(rawValue: $0) }
            guard let text = words.first, let count = Int(text), count > 0,
                kinds.count == words.count - 1
            else {
                say("wirecases: expected COUNT [streams|documents|headers]..., or seeds, or replay")
                return 64
            }
            say("seed \(TestSeed.value) (\(TestSeed.note))")
            let chosen = kinds.isEmpty ? WireCase.allCases : kinds
            return chosen.allSatisfy { isAlike($0, count) } ? 0 : 1
        }

        private static func isAlike(_ kind: WireCase, _ count: Int) -> Bool {
            let clock = ContinuousClock()
            let begin = clock.now
            var tally = WireTally()
            if let failure = kind.firstFailure(in: 0..<count, tally: &tally) {
                say(failure)
                return false
            }
            let words = "\(tally.accepted) accepted, \(tally.refused) refused"
            guard count < 1000 || tally.isMixed else {
                say("\(kind.rawValue): \(words): too few of one kind to prove anything")
                return false
            }
            say("\(kind.rawValue): \(count) alike in \(clock.now - begin); \(words)")
            return true
        }
    }

    /// Writes a line to standard output.
    func say(_ text: String) { print(text) }
#endif
