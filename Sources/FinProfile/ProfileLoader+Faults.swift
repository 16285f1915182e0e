import FinMeasure

/// A kind of fault and a rule for it, as `simulator.faults` has them.
private typealias Rule = SimulatorSettings.FaultRule

extension Field {
    /// Reads `simulator.faults`: a key for each kind, and for each a share, a rule, or several.
    func faults() throws(ProfileError) -> [SimulatorSettings.FaultRule] {
        let section = try Section(self, .faults)
        var rules: [Rule] = []
        // In the order of the kinds, so that the same rules draw alike however they are written.
        for fault in SimulatorSettings.Fault.allCases {
            guard let field = section[fault.rawValue] else { continue }
            for each in try field.rules() { rules.append(try each.rule(fault, beside: rules)) }
        }
        // A turn has one of these at the most.
        try checkSum(of: rules)
        return rules
    }

    private func checkSum(of rules: [Rule]) throws(ProfileError) {
        try checkSum([rules.largestSum])
    }

    /// The rules of one kind: several in a list, or the value itself.
    private func rules() throws(ProfileError) -> [Field] {
        if node.sequence == nil { return [self] }
        return try list(of: "rules, such as {share: 5%, from: 10s, for: 20s}")
    }

    private func rule(
        _ fault: SimulatorSettings.Fault, beside others: [Rule]
    ) throws(ProfileError) -> Rule {
        if node.mapping == nil { return Rule(fault, share: try share()) }
        let section = try Section(self, .faultRule(fault))
        try section.refuse(["conversations", "turn"], beside: "share")
        var rule = Rule(
            fault, try section["conversations"] == nil ? section.window() : section.chosen(others))
        if let delay = section["delay"] {
            rule.delay = Double(try delay.positiveDuration().count)
        }
        if let size = section["size"] { rule.size = try size.eventSize(fault) }
        return rule
    }

    private func eventSize(_ fault: SimulatorSettings.Fault) throws(ProfileError) -> Double {
        let size = try quantity(.size)
        let (least, most, _) = Rule.sizes(fault)
        if (least...most).contains(size) { return size }
        throw error(
            "must be from \(DurationText.words(least / 1e3)) kB to "
                + "\(DurationText.words(most / 1e3)) kB: the client takes lines of up to 1 MiB")
    }
}

extension Section {
    fileprivate func window() throws(ProfileError) -> SimulatorSettings.FaultRule.Scope {
        let share = try required("share", "how many of the turns, such as share: 5%").share()
        if let turn = self["turn"] { throw turn.error("needs conversations beside it") }
        if self["from"] == nil && self["for"] == nil { return .share(share, window: nil) }
        var window = SimulatorSettings.FaultRule.Window(start: 0)
        if let start = self["from"] { window.start = Double(try start.duration().count) }
        if let length = self["for"] {
            window.end = window.start + Double(try length.positiveDuration().count)
        }
        return .share(share, window: window)
    }

    fileprivate func chosen(
        _ others: [SimulatorSettings.FaultRule]
    ) throws(ProfileError) -> SimulatorSettings.FaultRule.Scope {
        try refuse(["from", "for"], beside: "conversations")
        let turn = try self["turn"]?.count(1...1000)
        let field = try required("conversations", "their numbers, such as [3, 17]")
        var numbers: [UInt64] = []
        for each in try field.list(of: "numbers of conversations, such as [3, 17]") {
            let number = UInt64(try each.count(0...1_000_000_000))
            if numbers.contains(number) || others.contains(where: { $0.claims(number, turn) }) {
                throw each.error("is chosen twice: a turn has one fault at the most")
            }
            numbers.append(number)
        }
        return .chosen(numbers, turn: turn)
    }
}

extension SimulatorSettings.FaultRule {
    /// Whether it has chosen that turn (nil: some turn) of that conversation.
    fileprivate func claims(_ number: UInt64, _ other: Int?) -> Bool {
        guard case .chosen(let numbers, let turn) = scope else { return false }
        return numbers.contains(number) && (turn == nil || other == nil || turn == other)
    }
}

// MARK: - as JSON

extension [SimulatorSettings.FaultRule] {
    /// The rules as a profile writes them: one value a kind, or a list of them.
    var json: JSONValue {
        let kinds = Dictionary(grouping: self, by: \.fault).map { fault, rules in
            (fault.rawValue, rules.count == 1 ? rules[0].json : .array(rules.map(\.json)))
        }
        return .object(Dictionary(uniqueKeysWithValues: kinds))
    }
}

extension SimulatorSettings.FaultRule {
    fileprivate var json: JSONValue {
        var keys = scopeKeys
        if fault == .slowHeaders { keys["delay"] = .span(delay) }
        if fault == .hugeEvent || fault == .largeEvent { keys["size"] = .size(size) }
        // What a share alone says needs no section.
        if keys.count == 1, let share = keys["share"] { return share }
        return .object(keys)
    }

    private var scopeKeys: [String: JSONValue] {
        switch scope {
        case .share(let share, nil): return ["share": .percent(share)]
        case .share(let share, let window?):
            var keys: [String: JSONValue] = [
                "share": .percent(share), "from": .span(window.start),
            ]
            if window.end < .greatestFiniteMagnitude {
                keys["for"] = .span(window.end - window.start)
            }
            return keys
        case .chosen(let numbers, let turn):
            var keys: [String: JSONValue] = [
                "conversations": .array(numbers.map { .number(Double($0)) })
            ]
            if let turn { keys["turn"] = .number(Double(turn)) }
            return keys
        }
    }
}
