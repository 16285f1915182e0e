internal import FinMeasure

/// Whether directories are the slices of one plan, each once and all of them.
enum MergeCheck {
    /// Checks them.
    ///
    /// - Parameter isPartial: whether missing slices, and slices that were killed, are taken.
    /// - Throws: `ReportError` that names the slices and their directories.
    static func check(_ inputs: [MergeInput], isPartial: Bool) throws {
        guard let first = inputs.first else { return }
        for input in inputs.dropFirst() { try checkPlan(first, input) }
        try checkDuplicates(inputs)
        if isPartial { return }
        try checkGaps(inputs, count: first.document.sliceCount)
        for input in inputs {
            let killed = input.slices.filter { $0.killed == true }.map(\.index)
            if killed.isEmpty { continue }
            throw ReportError(
                .unmergeable, path: input.directory,
                "holds a slice that was killed (slice \(words(killed))); run it again, or merge what "
                    + "it left with --partial")
        }
    }

    private static func checkPlan(_ first: MergeInput, _ other: MergeInput) throws {
        let pairs = zip(traits(first.document), traits(other.document))
        guard let (one, two) = pairs.first(where: { $0.value != $1.value }) else { return }
        throw ReportError(
            .unmergeable, path: other.directory,
            "is a slice of another plan than \"\(first.directory)\": \(one.name) is "
                + "\"\(two.value)\" there and \"\(one.value)\" here; merge the slices of one plan")
    }

    /// What all slices of a plan have in common.
    private static func traits(_ document: RunDocument) -> [(name: String, value: String)] {
        let plan = document.plan
        return [
            ("schema", "\(document.schema)"), ("tool version", document.toolVersion),
            ("profile", document.profileName), ("target", document.target.kind.rawValue),
            ("target url", document.target.kind == .live ? document.target.url : ""),
            ("version", document.target.version), ("load", document.loadModel),
            ("seed", "\(document.seed)"), ("number of slices", "\(document.sliceCount)"),
            ("scenarios", document.scenarios.joined(separator: " ")),
            ("slo", document.slo.joined(separator: "; ")),
            ("interval", "\(document.intervalSeconds)"), ("confidence", "\(document.confidence)"),
            ("warm-up", "\(plan.warmupSeconds)"), ("drain", "\(plan.drainSeconds)"),
        ] + keys(document.profile, "profile key", isLive: document.target.kind == .live)
    }

    /// The profile, key by key; where it ran may differ on this machine: each slice its own server.
    private static func keys(
        _ value: JSONValue, _ name: String, isLive: Bool
    ) -> [(name: String, value: String)] {
        if case .object(let keys) = value {
            return keys.sorted { $0.key < $1.key }.flatMap { key, value in
                MergeCheck.keys(value, "\(name) \(key)", isLive: isLive)
            }.filter { isLive || $0.name != "profile key target url" }
        }
        return [(name, text(value))]
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .null: ""
        case .bool(let value): "\(value)"
        case .number(let value): Decimals.number(value)
        case .string(let value): value
        case .array(let values): values.map(text).joined(separator: ", ")
        case .object(let keys):
            keys.sorted { $0.key < $1.key }.map { "\($0): \(text($1))" }.joined(separator: ", ")
        }
    }

    private static func checkDuplicates(_ inputs: [MergeInput]) throws {
        var owners: [Int: String] = [:]
        for input in inputs {
            for index in input.document.sliceIndexes {
                if let owner = owners[index] {
                    throw ReportError(
                        .unmergeable, path: input.directory,
                        "holds slice \(index), which \"\(owner)\" holds already: name each slice "
                            + "once")
                }
                owners[index] = input.directory
            }
        }
    }

    private static func checkGaps(_ inputs: [MergeInput], count: Int) throws {
        let present = Set(inputs.flatMap(\.document.sliceIndexes))
        let missing = (0..<count).filter { !present.contains($0) }
        guard !missing.isEmpty else { return }
        throw ReportError(
            .unmergeable, path: inputs.map(\.directory).joined(separator: " "),
            "lack slice \(words(missing)) of \(count); name the others' directories, or merge these "
                + "alone with --partial")
    }

    /// `0, 3, 4 and 5`, at most eight of them.
    static func words(_ indexes: [Int]) -> String {
        let shown = indexes.prefix(8).map(String.init)
        let rest = indexes.count - shown.count
        let all = rest > 0 ? shown + ["\(rest) more"] : shown
        return all.count < 2
            ? all.joined() : all.dropLast().joined(separator: ", ") + " and " + (all.last ?? "")
    }
}
