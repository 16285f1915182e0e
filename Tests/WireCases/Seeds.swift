#if !FUZZING
    import FinTestSupport
    import Foundation

    /// Writes the first inputs of a fuzzer, a file each; made by code, never committed.
    enum Seeds {
        /// - Returns: the exit status.
        static func write(_ words: [String]) -> Int32 {
            guard words.count == 2, let target = FuzzTarget(rawValue: words[0]) else {
                say("wirecases: expected seeds parser|scan|header DIRECTORY")
                return 64
            }
            do {
                try FileManager.default.createDirectory(
                    atPath: words[1], withIntermediateDirectories: true)
                for index in 0..<200 {
                    let path = "\(words[1])/seed-\(index)"
                    try Data(FuzzSeed.input(target.rawValue, index))
                        .write(to: URL(fileURLWithPath: path))
                }
            } catch {
                say("wirecases: \"\(words[1])\" cannot be written: \(error.localizedDescription)")
                return 1
            }
            return 0
        }
    }

    /// Gives files to a target without a fuzzer, to see again what one found.
    enum Replay {
        /// - Returns: the exit status; a difference ends the process before.
        static func run(_ words: [String]) -> Int32 {
            guard words.count >= 2, let target = FuzzTarget(rawValue: words[0]) else {
                say("wirecases: expected replay parser|scan|header FILE...")
                return 64
            }
            for path in words.dropFirst() {
                guard let data = FileManager.default.contents(atPath: path) else {
                    say("wirecases: \"\(path)\" cannot be read")
                    return 1
                }
                target.take([UInt8](data))
                say("\(path): alike")
            }
            return 0
        }
    }
#endif
