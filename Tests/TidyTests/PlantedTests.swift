import Testing

/// A text that breaks a rule, and its lines that must be found.
struct Planted: Sendable, CustomTestStringConvertible {
    let rule: Rule
    let path: String
    let text: String
    let lines: [Int]

    init(_ rule: Rule, _ path: String, _ lines: [Int], _ text: String) {
        self.rule = rule
        self.path = path
        self.lines = lines
        self.text = text
    }

    var testDescription: String { "\(path): \(rule.testDescription)" }

    private static let forced = "let a = try" + "! b()\nlet c = d as" + "! E\n"
    private static let mark = "// TO" + "DO: later\n"

    /// Broken rules, each with the lines that break it.
    static let broken: [Planted] = [
        .init(.importsGoDown, "Sources/FinWire/A.swift", [1], "import FinMeasure\n"),
        .init(.importsGoDown, "Sources/FinWire/A.swift", [2], "\nimport Foundation\n"),
        .init(.importsGoDown, "Sources/FinDrive/A.swift", [1], "internal import FinSimulator\n"),
        .init(.importsGoDown, "Sources/FinSimulator/A.swift", [1], "import struct FinWire.B\n"),
        .init(.importsGoDown, "Sources/FinReport/A.swift", [1], "public import FinDrive\n"),
        .init(.importsGoDown, "Sources/FinLoop/A.swift", [1], "    import NIOCore\n"),
        .init(.importsGoDown, "Sources/FinMeasure/A.swift", [1], "@testable import FinProfile\n"),
        .init(.importsGoDown, "Sources/FinCellar/A.swift", [1], "let a = 1\n"),
        .init(.unsafeIsFenced, "Sources/FinWire/A.swift", [1], "let a = unsafe b[0]\n"),
        .init(.unsafeIsFenced, "Sources/FinDrive/A.swift", [1], "nonisolated(unsafe) var a = 1\n"),
        .init(.unsafeIsFenced, "Sources/finbench/A.swift", [1], "@unsafe struct A {}\n"),
        .init(.oneClock, "Sources/FinLoop/A.swift", [1], "_ = clock_gettime(CLOCK_REALTIME, &a)\n"),
        .init(.oneClock, "Sources/FinReport/A.swift", [1, 2], "Date()\nDate.now.formatted()\n"),
        .init(.oneClock, "Sources/FinReport/A.swift", [1], "let text = \"\\(Date())\"\n"),
        .init(.oneClock, "Sources/FinDrive/A.swift", [1], "let a = ContinuousClock().now\n"),
        .init(.oneClock, "Sources/FinSimulator/A.swift", [1], "a = DispatchTime.now()\n"),
        .init(.noForce, "Tests/FinWireTests/A.swift", [1, 2], forced),
        .init(.noLoose, "Sources/CFinScan/a.c", [1], mark),
        .init(.noLoose, "Sources/FinWire/A.swift", [1], "fatalError(\"TO" + "DO\")\n"),
        .init(.noLoose, "Tests/FinWireTests/A.swift", [1], "import XCTest\n"),
        .init(.noMachinePaths, "profiles/a.yaml", [1], "file: /ho" + "me/me/questions.jsonl\n"),
        .init(.noMachinePaths, "README.md", [2], "\n(`/Us" + "ers/me/finbench`)\n"),
        .init(.hotIsBare, "Sources/FinWire/A.swift", [2], "// Hot: once.\nprint(a)\n"),
        .init(.hotIsBare, "Sources/FinWire/A.swift", [2], "// Hot: once.\nvar a: any B\n"),
        .init(.hotIsBare, "Sources/FinWire/A.swift", [2], "// Hot: once.\nlet a = String(b)\n"),
        .init(.hotIsBare, "Sources/FinDrive/A.swift", [2], "// Hot: once.\nlet a = Clock.now()\n"),
        .init(.hotIsBare, "Sources/FinLoop/A.swift", [2], "// Hot: once.\nfinal class A {}\n"),
        .init(.unitTestsDoNotSleep, "Tests/FinDriveTests/A.swift", [1], "Task.sleep(for: a)\n"),
        .init(
            .filesAreSmall, "Sources/FinWire/A.swift", [400], String(repeating: "a\n", count: 400)),
        .init(.onePath, "Sources/FinDrive/A.swift", [1], "let a = JSONDecoder()\n"),
        .init(.onePath, "Sources/FinReport/A.swift", [1], "JSONSerialization.jsonObject(a)\n"),
        .init(.onePath, "Sources/FinDrive/A.swift", [1], "if line.hasPrefix(\"data: \") {}\n"),
        .init(.onePath, "Sources/finbench/A.swift", [1, 1], "a = HMAC(EVP_md5(), b)\n"),
        .init(.onePath, "Sources/FinWebhooks/A.swift", [1], "SHA256_Init(&a)\n"),
        .init(.onePath, "Sources/FinLoop/A.swift", [1], "let a = HMAC<SHA256>(key: b)\n"),
    ]

    /// What looks like a broken rule and is none.
    static let kept: [Planted] = [
        .init(.importsGoDown, "Sources/FinDrive/A.swift", [], "internal import FinWire\n"),
        .init(.importsGoDown, "Sources/FinDrive/A.swift", [], "// import FinReport\n"),
        .init(.importsGoDown, "Tests/FinDriveTests/A.swift", [], "import FinSimulator\n"),
        .init(.unsafeIsFenced, "Sources/FinLoop/A.swift", [], "let a = unsafe b[0]\n"),
        .init(.unsafeIsFenced, "Sources/FinDrive/A.swift", [], "// unsafe\nlet unsafeCount = 1\n"),
        .init(.oneClock, "Sources/FinLoop/Clock.swift", [], "clock_gettime(a, &b)\n"),
        .init(.oneClock, "Sources/FinDrive/A.swift", [], "let a = \"Date()\" /* Date() */\n"),
        .init(.noForce, "Sources/FinDrive/A.swift", [], "let a = \"try" + "! b\" as? C\n"),
        .init(.noMachinePaths, "README.md", [], "results/ho" + "me/a https://a.b/ho" + "me/\n"),
        .init(.hotIsBare, "Sources/FinWire/A.swift", [], "let a = String(b)\n"),
        .init(
            .hotIsBare, "Sources/FinWire/A.swift", [],
            "// Hot: once.\nlet a: StaticString\n// Cold: shown once.\nlet b = String(c)\n"),
        .init(.hotIsBare, "Sources/FinLoop/A.swift", [], "// Hot: once.\nlet a = Clock.now()\n"),
        .init(
            .hotIsBare, "Sources/FinDrive/LoadThread.swift", [],
            "// Hot: once.\nlet a = Clock.now()  // sent\n"),
        .init(.onePath, "Sources/FinWire/A.swift", [], "SHA256_Init(&a)\n"),
        .init(.onePath, "Sources/FinSimulator/A.swift", [], "write(\"data: \")\n"),
        .init(.onePath, "Sources/FinWebhooks/A.swift", [], "let a = \"HMAC()\" // HMAC\n"),
        .init(.onePath, "Tests/FinWireTests/A.swift", [], "JSONDecoder()\n"),
        .init(
            .filesAreSmall, "Sources/FinWire/A.swift", [], String(repeating: "a\n", count: 399)),
    ]
}

@Suite("The tidy rules") struct PlantedTests {
    @Test("a planted fault is found where it stands", arguments: Planted.broken)
    func found(planted: Planted) {
        let findings = planted.rule.check(SourceFile(path: planted.path, text: planted.text))
        #expect(findings.map(\.line) == planted.lines)
        #expect(findings.allSatisfy { $0.path == planted.path && $0.message.count > 20 })
    }

    @Test("what only looks like a fault is let be", arguments: Planted.kept)
    func spared(planted: Planted) {
        #expect(planted.rule.check(SourceFile(path: planted.path, text: planted.text)) == [])
    }

    @Test("every rule has a planted fault")
    func complete() {
        let planted = Set(Planted.broken.map(\.rule.testDescription))
        #expect(planted == Set(Rule.all.map(\.testDescription)))
    }

    @Test("comments and quoted text are no code, interpolations are")
    func stripped() {
        let text = ##"""
            a // b "c
            d("e\" f \(g("h")) i") /* j /* k */ l */ m
            #"n \"o\#(p)"# + ""
            """##
        #expect(CodeText.strip(text).filter { $0 != " " } == "a\nd(g())m\np+")
    }

    @Test("a stranger at the top is found; what git ignores is none")
    func strangers() {
        let names = [".ci", "Package.resolved", "Package.swift", "results", "shared", "notes.txt"]
        let findings = Rule.strangers(
            among: names, ignored: ".build*/\nPackage.resolved\nresults/\n")
        #expect(findings.map(\.path) == ["shared", "notes.txt"])
    }

    @Test("a target without the strict settings is found")
    func lax() {
        let text = """
            .target(name: "A", swiftSettings: strict),
            .target(
                name: "B"),
            .systemLibrary(name: "C"),
            .testTarget(
                name: "D",
                swiftSettings: strict),
            .executableTarget(name: "E"),
            """
        let findings = Rule.laxTargets(in: SourceFile(path: "Package.swift", text: text))
        #expect(findings.map(\.line) == [2, 8])
    }

    @Test("a room without a page is found")
    func pages() {
        let paths: Set = ["Sources/FinWire/FinWire.docc/FinWire.md"]
        let findings = Rule.pagelessRooms(rooms: ["FinWire", "FinLoop", "finbench"], paths: paths)
        #expect(findings.map(\.path) == ["Sources/FinLoop/FinLoop.docc/FinLoop.md"])
    }
}
