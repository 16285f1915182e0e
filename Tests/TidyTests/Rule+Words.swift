extension Rule {
    /// The files in which memory may be touched unchecked.
    static let fence: Set<String> = [
        "Sources/FinWire/ByteScan.swift", "Sources/FinWire/MessageDigest.swift",
        "Sources/FinReport/Deflate.swift", "Sources/FinSimulator/LoopExecutor.swift",
        "Sources/FinSimulator/Libcrypto.swift", "Sources/FinWebhooks/Libcrypto.swift",
    ]

    static let unsafeIsFenced = Rule("unsafe code stays inside the fence") { file in
        let isInside = file.module == "FinLoop" || fence.contains(file.path)
        guard file.isSwift, file.parts[0] == "Sources", !isInside else { return [] }
        return file.findings(of: [
            BannedWord(
                "unsafe",
                "use Span, or a call of FinLoop's; the fence is FinLoop and "
                    + fence.sorted().joined(separator: ", "))
        ])
    }

    static let clock = "Sources/FinLoop/Clock.swift"

    static let oneClock = Rule("the clock is read in one file") { file in
        guard file.isSwift, file.parts[0] == "Sources", file.path != clock else { return [] }
        let words = [
            "clock_gettime", "gettimeofday", "Date()", "Date.now", "Date.init", "ContinuousClock",
            "SuspendingClock", "DispatchTime.now", "NIODeadline.now", "systemUptime",
            "CFAbsoluteTimeGetCurrent",
        ]
        return file.findings(of: words.map { BannedWord($0, "call Clock of FinLoop") })
    }

    static let noForce = Rule("nothing is forced") { file in
        guard file.isSwift else { return [] }
        return file.findings(of: [
            BannedWord("try!", "throw, or use precondition with the broken rule in words"),
            BannedWord("as!", "use `as?` and say what else may come"),
        ])
    }

    static let noLoose = Rule("nothing is left to do, and tests are Swift Testing's") { file in
        guard file.isSwift || file.path.hasPrefix("Sources") else { return [] }
        let notes = ["TO" + "DO", "FIX" + "ME", "XX" + "X"].filter(file.mentions)
        let written = file.lines.flatMap { line in
            notes.filter { BannedWord($0, "").stands(in: line.written) }.map { note in
                Finding(
                    path: file.path, line: line.number,
                    message: "\"\(note)\": finish it, or open an issue and take the note out")
            }
        }
        return written + file.findings(of: [BannedWord("XCTest", "use Swift Testing")])
    }

    static let noMachinePaths = Rule("no file names a path of one machine") { file in
        let homes = ["home", "Users", "root", "work", "workspace"].map { "/" + $0 + "/" }
            .filter(file.mentions)
        return file.lines.flatMap { line in
            homes.filter { line.written.startsPath($0) }.map { home in
                let message =
                    "\"\(home)\" is a path of one machine: take it from #filePath, an "
                    + "argument or a temporary directory"
                return Finding(path: file.path, line: line.number, message: message)
            }
        }
    }

    static let hotIsBare = Rule("a hot file holds nothing that allocates or locks") { file in
        guard file.isSwift, file.isHot else { return [] }
        var words = [
            BannedWord("print(", "count it, and let the recorder say it"),
            BannedWord("any", "use a generic parameter"),
            BannedWord("String(", "keep bytes in a Span; make text where it is shown"),
            BannedWord("class", "use a ~Copyable struct in a table"),
            BannedWord("Mutex", "hand the value over in a ring"),
            BannedWord("import Foundation", "keep Foundation out of hot files"),
        ]
        // The loop and the thread that owns it read the clock and pass it down to all others.
        let ownsTime = file.module == "FinLoop" || file.path.contains("FinDrive/LoadThread")
        if !ownsTime { words.append(BannedWord("Clock.now", "pass `now` in")) }
        return file.findings(of: words, pardon: "// Cold:")
    }

    static let unitTestsDoNotSleep = Rule("a unit test does not sleep") { file in
        let awake = [
            "FinMeasure", "FinWire", "FinProfile", "FinReport", "FinDrive", "Finbench", "Tidy",
        ]
        guard file.isSwift, awake.contains(where: { file.module == $0 + "Tests" }) else {
            return []
        }
        let words = ["sleep(", "usleep(", "nanosleep("]
        return file.findings(of: words.map { BannedWord($0, "make time a parameter of the test") })
    }

    static let filesAreSmall = Rule("a source file is shorter than 400 lines") { file in
        guard file.isSwift, file.parts[0] == "Sources", file.lines.count > 400 else { return [] }
        let message = "\(file.lines.count) lines: give each noun, or each capability, its own file"
        return [Finding(path: file.path, line: 400, message: message)]
    }
}

extension Substring {
    /// Whether an absolute path that begins so stands in the line.
    func startsPath(_ start: String) -> Bool {
        ranges(of: start).contains { range in
            guard let before = self[..<range.lowerBound].last else { return true }
            return !(before.isLetter || before.isNumber || "._-}/~*".contains(before))
        }
    }
}
