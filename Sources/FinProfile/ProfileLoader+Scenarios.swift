import FinMeasure

extension Field {
    /// Reads `scenarios:`; what a scenario's conversation leaves out is as in `conversation:`.
    func scenarios(
        of conversation: Profile.Conversation
    ) throws(ProfileError) -> [Profile.Scenario] {
        var scenarios: [Profile.Scenario] = []
        for field in try listOrNone(of: "scenarios, such as {name: chat, conversation: {}}") {
            let scenario = try field.scenario(of: conversation)
            if scenarios.contains(where: { $0.name == scenario.name }) {
                throw field.unquoted(
                    "has the name \"\(scenario.name)\" of another scenario: give it its own")
            }
            scenarios.append(scenario)
        }
        return scenarios
    }

    private func scenario(
        of conversation: Profile.Conversation
    ) throws(ProfileError) -> Profile.Scenario {
        let section = try Section(self, .scenario)
        try section.refuse(["operations", "think_time"], beside: "conversation")
        let name = try section.required("name", "its name in every output, such as name: chat")
            .scenarioName()
        var weight = 1
        if let field = section["weight"] { weight = try field.count(Profile.Scenario.weights) }
        return Profile.Scenario(
            name: name, weight: weight, kind: try scenarioKind(section, of: conversation))
    }

    private func scenarioKind(
        _ section: Section, of conversation: Profile.Conversation
    ) throws(ProfileError) -> Profile.Scenario.Kind {
        if let field = section["conversation"] {
            var own = conversation
            try Section(field, .scenarioConversation).readTalk(into: &own)
            return .conversation(own)
        }
        guard let list = section["operations"] else {
            throw unquoted("lacks \"conversation\" or \"operations\": say what happens in it")
        }
        var thinkTime = Distribution.fixed(0)
        if let field = section["think_time"] { thinkTime = try field.distribution(.duration) }
        var operations: [Profile.Operation] = []
        for field in try list.list(of: "operations, such as [capabilities]") {
            operations.append(try field.operation(thinkTime: thinkTime))
        }
        if operations.count > Profile.Conversation.turnLimit {
            throw list.error(
                "has \(operations.count) operations: at most \(Profile.Conversation.turnLimit)")
        }
        return .operations(operations)
    }

    /// An operation by its name alone, or with settings.
    private func operation(thinkTime: Distribution) throws(ProfileError) -> Profile.Operation {
        let place = ProfilePlace(self)
        if node.mapping == nil {
            return Profile.Operation(
                name: try name(marks: "_-"), thinkTime: thinkTime, place: place)
        }
        let section = try Section(self, .operation)
        var operation = Profile.Operation(
            name: try section.required("name", "the operation, such as name: capabilities")
                .name(marks: "_-"),
            thinkTime: thinkTime, place: place)
        if let field = section["settings"] { operation.settings = try field.texts() }
        if let field = section["think_time"] {
            operation.thinkTime = try field.distribution(.duration)
        }
        return operation
    }

    private func scenarioName() throws(ProfileError) -> String {
        let name = try name(marks: "_-")
        if name == "all" { throw error("stands for all scenarios in every output: choose another") }
        return name
    }
}

extension Profile.Scenario {
    /// What a weight may be.
    static let weights = 1...1_000_000
}
