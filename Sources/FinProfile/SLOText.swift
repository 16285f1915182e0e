import FinMeasure

extension SLO {
    /// Reads an objective as `slo:` of a profile writes it, for instance from a run's record.
    ///
    /// - Throws: `ProfileError` that names what is wrong with the words.
    public static func parse(_ text: String) throws(ProfileError) -> SLO {
        let source = ProfileSource(origin: .profile("slo"), baseDirectory: "")
        let node = ProfileNode(text, isPlain: false, place: Place(source: source))
        return try Field(node: node, path: "slo").objective()
    }
}

extension Field {
    /// Reads `slo:`, and refuses what no turn of the scenarios could ever decide.
    func objectives(of scenarios: [Profile.Scenario]) throws(ProfileError) -> [SLO] {
        var objectives: [SLO] = []
        for field in try listOrNone(of: "objectives, such as \"ttft p95 < 2s\"") {
            let objective = try field.objective()
            if objectives.contains(where: { $0.text == objective.text }) {
                throw field.error("stands twice in the list")
            }
            try field.check(objective, scenarios)
            objectives.append(objective)
        }
        return objectives
    }

    private func check(
        _ objective: SLO, _ scenarios: [Profile.Scenario]
    ) throws(ProfileError) {
        let names = scenarios.map { "\"\($0.name)\"" }.joined(separator: ", ")
        if let name = objective.scenario, !scenarios.contains(where: { $0.name == name }) {
            throw error("names a scenario that the profile does not have: it has only \(names)")
        }
        let selected = scenarios.filter { $0.turnNames.contains(where: objective.selects) }
        if selected.isEmpty, let name = objective.operation {
            throw error("names the operation \"\(name)\", which no scenario selected has")
        }
        if case .percentile(.opLatency, _, _, _) = objective.subject,
            !selected.contains(where: \.hasOperations)
        {
            throw error("can never be decided: only scenarios with operations have op_latency")
        }
        if objective.turn == .later, !selected.contains(where: { $0.turns.upperBound >= 2 }) {
            throw error("can never be decided: every conversation has one turn")
        }
    }

    /// Reads one objective: `metric{selectors} percentile < limit`, or `error_rate < share`.
    fileprivate func objective() throws(ProfileError) -> SLO {
        let text = try text()
        let words = try SLOWords(text, field: self)
        var objective = SLO(text: text, subject: try subject(words))
        for (key, value) in words.selectors {
            switch key {
            case "turn": objective.turn = try turnClass(value)
            case "scenario": objective.scenario = try selectedName(value, "scenario")
            case "operation": objective.operation = try selectedName(value, "operation")
            default:
                throw error(
                    "selects by \"\(key)\": only turn, scenario and operation can be selected")
            }
        }
        return objective
    }

    private func subject(_ words: SLOWords) throws(ProfileError) -> SLO.Subject {
        if words.metric == "error_rate" {
            if let percentile = words.percentile {
                throw error("has the percentile \"\(percentile)\": error_rate is a share, drop it")
            }
            let limit = try quantity(.percent, of: words.limit)
            if limit <= 0 { throw error("has the limit 0%, which no run can be below") }
            return .errorRate(below: limit)
        }
        let metric = try metric(words.metric)
        let percentile = try percentile(words.percentile, example: "ttft p95 < 2s")
        let limit = try quantity(.duration, of: words.limit)
        if limit <= 0 { throw error("has the limit 0s, which no run can be below") }
        if metric.scope == .process, !words.selectors.isEmpty {
            throw error("selects turns of \"\(metric.rawValue)\", which belongs to no turn")
        }
        return .percentile(
            metric, metric.anchors[0], percentile: percentile,
            below: Nanoseconds(Int64(limit.rounded())))
    }

    func metric(_ word: String) throws(ProfileError) -> Metric {
        if let metric = Metric(rawValue: word) { return metric }
        let known = Metric.allCases.map(\.rawValue) + ["error_rate"]
        if let near = NearestWord.find(word, among: known) {
            throw error("has the unknown metric \"\(word)\": did you mean \"\(near)\"?")
        }
        throw error(
            "has the unknown metric \"\(word)\" (known: \(known.joined(separator: ", ")))")
    }

    /// Reads `p99.9`.
    func percentile(_ word: String?, example: String) throws(ProfileError) -> Double {
        guard let word else { throw error("has no percentile: write \"\(example)\"") }
        let digits = word.dropFirst()
        let isPlain = digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard word.hasPrefix("p"), isPlain, let value = Double(digits), value > 0, value < 100
        else {
            throw error("has \"\(word)\" for a percentile: write p50, p95, p99.9, below p100")
        }
        return value
    }

    private func turnClass(_ word: String) throws(ProfileError) -> TurnClass {
        switch word {
        case "1": return .first
        case "2+": return .later
        default: throw error("selects turn \"\(word)\": write turn=1 or turn=2+")
        }
    }

    private func selectedName(_ word: String, _ key: String) throws(ProfileError) -> String {
        let isPlain = word.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0))
        }
        if isPlain, !word.isEmpty { return word }
        throw error(
            "selects \(key) \"\(word)\": names hold only letters, digits, \"_\" and \"-\"")
    }

    /// The limit of an objective or a stop rule.
    func quantity(_ unit: Unit, of text: String) throws(ProfileError) -> Double {
        do throws(Unit.Refusal) {
            return try unit.parse(text)
        } catch {
            throw self.error("has a limit \"\(text)\" that \(error.words)")
        }
    }
}

/// An objective taken apart into words.
private struct SLOWords {
    var metric: String
    var selectors: [(key: String, value: String)] = []
    var percentile: String?
    var limit: String

    init(_ text: String, field: Field) throws(ProfileError) {
        let sides = text.split(separator: "<", omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[1].hasPrefix("=") else {
            throw field.error("must have one \"<\": write \"ttft p95 < 2s\"")
        }
        limit = sides[1].split(separator: " ").joined(separator: " ")
        var left = sides[0]
        if let open = left.firstIndex(of: "{") {
            guard let close = left.firstIndex(of: "}"), close > open else {
                throw field.error("has a \"{\" without \"}\": write \"ttft{turn=1} p95 < 2s\"")
            }
            selectors = try SLOWords.selectors(left[left.index(after: open)..<close], field)
            left = left[..<open] + " " + left[left.index(after: close)...]
        }
        let words = left.split(separator: " ").map(String.init)
        guard (1...2).contains(words.count), !limit.isEmpty else {
            throw field.error("must read metric, percentile, limit: write \"ttft p95 < 2s\"")
        }
        metric = words[0]
        percentile = words.count == 2 ? words[1] : nil
    }

    private static func selectors(
        _ text: Substring, _ field: Field
    ) throws(ProfileError) -> [(key: String, value: String)] {
        var selectors: [(key: String, value: String)] = []
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = pair.split(separator: "=", omittingEmptySubsequences: false)
                .map { $0.split(separator: " ").joined(separator: " ") }
            guard sides.count == 2, !sides[0].isEmpty, !sides[1].isEmpty else {
                throw field.error("has a selector that is not key=value: write \"{turn=1}\"")
            }
            if selectors.contains(where: { $0.key == sides[0] }) {
                throw field.error("selects by \"\(sides[0])\" twice")
            }
            selectors.append((sides[0], sides[1]))
        }
        return selectors
    }
}
