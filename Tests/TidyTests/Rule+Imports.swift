extension Rule {
    /// Which modules a room may import beside the system's: those below it, never its neighbours.
    static let floors: [String: Set<String>] = [
        "FinWire": ["CFinScan", "COpenSSL"],
        "FinMeasure": ["Histogram"],
        "FinProfile": ["FinMeasure", "Yams"],
        "FinLoop": ["CFinShims", "FinMeasure"],
        "FinDrive": [
            "FinLoop", "FinMeasure", "FinProfile", "FinWire", "HeapModule", "Subprocess",
            "SystemPackage",
        ],
        "FinSimulator": [
            "FinLoop", "FinMeasure", "FinProfile", "COpenSSL", "HTTPTypes", "Hummingbird",
            "HummingbirdCore", "Logging", "NIOCore", "NIOHTTP1", "NIOPosix",
        ],
        "FinWebhooks": [
            "COpenSSL", "FinLoop", "FinMeasure", "FinWire", "HTTPTypes", "Hummingbird",
            "HummingbirdCore", "Logging", "NIOCore", "NIOPosix",
        ],
        "FinReport": ["CZlib", "FinMeasure", "FinProfile", "FinWire", "Mustache"],
        "finbench": [
            "ArgumentParser", "FinDrive", "FinLoop", "FinMeasure", "FinProfile", "FinReport",
            "FinSimulator", "FinWebhooks", "HTTPTypes", "Hummingbird", "HummingbirdCore",
            "Logging", "NIOCore", "NIOPosix",
        ],
    ]

    /// Modules of the toolchain; the parser's room does without them.
    static let system: Set<String> = [
        "Darwin", "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "Musl", "Swift",
        "Synchronization",
    ]

    static let importsGoDown = Rule("a room imports only the rooms below it") { file in
        guard file.isSwift, file.parts[0] == "Sources", let module = file.module else { return [] }
        guard let below = floors[module] else {
            let message =
                "module \"\(module)\" is in no room: give it a floor in the table of this rule"
            return [Finding(path: file.path, line: 1, message: message)]
        }
        let allowed = module == "FinWire" ? below : below.union(system)
        return file.imports.filter { !allowed.contains($0.module) }.map { line, imported in
            let message =
                "\(module) imports \"\(imported)\", which is not below it: it may import "
                + "\(below.sorted().joined(separator: ", ")); pass a value or a closure in instead"
            return Finding(path: file.path, line: line, message: message)
        }
    }
}

extension SourceFile {
    /// The modules named in import lines.
    var imports: [(line: Int, module: String)] {
        lines.compactMap { number, _, code in
            let words = code.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), words.count > place + 1 else {
                return nil
            }
            // `import struct Module.Name` names a kind before the module.
            let kinds: Set<Substring> = [
                "class", "enum", "func", "let", "protocol", "struct", "typealias", "var",
            ]
            let hasKind = kinds.contains(words[place + 1]) && words.count > place + 2
            let name = words[place + (hasKind ? 2 : 1)]
            return (number, String(name.prefix { $0 != "." }))
        }
    }
}
