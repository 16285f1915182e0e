extension Rule {
    /// The names that may stand at the top, beside dot-files and what git ignores.
    static let top: Set<String> = [
        "Benchmarks", "Package.swift", "README.md", "Sources", "Tests", "profiles",
    ]

    /// What stands at the top and does not belong there.
    static func strangers(among names: [String], ignored: String) -> [Finding] {
        let lines = ignored.split(separator: "\n").map { $0.hasSuffix("/") ? $0.dropLast() : $0 }
        let rest = names.filter { name in
            !name.hasPrefix(".") && !top.contains(name) && !lines.contains { $0 == name }
        }
        return rest.map { name in
            let message = "\"\(name)\" stands at the top: only \(top.sorted()) and dot-files do"
            return Finding(path: name, line: 1, message: message)
        }
    }

    /// The Swift targets of a manifest that are built without the strict settings.
    static func laxTargets(in manifest: SourceFile) -> [Finding] {
        let starts = [".target(", ".testTarget(", ".executableTarget("]
        let lines = manifest.lines.map(\.written)
        return lines.indices.filter { index in
            starts.contains { lines[index].contains($0) }
        }.compactMap { index in
            // A target ends where the next begins.
            let rest = lines[(index + 1)...].prefix { line in
                !line.contains("arget(") && !line.contains("ibrary(")
            }
            let target = ([lines[index]] + rest).joined(separator: "\n")
            let isStrict =
                target.contains("swiftSettings: strict") || target.contains("cSettings: strictC")
            if isStrict { return nil }
            let message = "a target without strict settings: add `swiftSettings: strict`"
            return Finding(path: manifest.path, line: index + 1, message: message)
        }
    }

    /// The rooms that have no page.
    static func pagelessRooms(rooms: [String], paths: Set<String>) -> [Finding] {
        rooms.filter { $0.hasPrefix("Fin") }.compactMap { room in
            let page = "Sources/\(room)/\(room).docc/\(room).md"
            if paths.contains(page) { return nil }
            let message =
                "is missing: tell the room's duty, what it is not for, and what was decided"
            return Finding(path: page, line: 1, message: message)
        }
    }
}
