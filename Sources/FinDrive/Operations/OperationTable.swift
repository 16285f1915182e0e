internal import FinLoop
internal import FinMeasure
public import FinProfile

/// The operations of a profile's scenarios, resolved: what each turn of them is.
public struct OperationTable: Sendable {
    /// Every operation that a scenario can name.
    static let all: [any APIOperation.Type] = [
        Start.self, Reply.self, Ask.self, Capabilities.self, ProcedureRun.self, Escalate.self,
        Rating.self,
        HelpdeskToken.self, HelpdeskGetAgents.self, HelpdeskCreateUser.self, HelpdeskGetUser.self,
        HelpdeskUpdateUser.self, HelpdeskCreateConversation.self, HelpdeskGetConversation.self,
        HelpdeskUpdateConversation.self, HelpdeskGetMessages.self, HelpdeskCreateMessage.self,
        HelpdeskNotify.self, HelpdeskTyping.self,
        ContentSourceCreate.self, ContentSourceList.self, ContentSourceGet.self,
        ContentSourceUpdate.self, ContentSourceDelete.self, ContentPageUpsert.self,
        ContentPageList.self, ContentPageGet.self, ContentPageUpdate.self, ContentPageDelete.self,
        ObjectUpsert.self, ObjectGet.self, ObjectList.self, ObjectDelete.self,
        ChannelOpen.self, ChannelMessage.self, ChannelQuickReply.self, ChannelAttribute.self,
        SecretCreate.self, SecretList.self, SecretDelete.self, HashCheck.self,
        RevokedHashCheck.self,
        ConnectorList.self, ConnectorCreate.self, ConnectorGet.self,
        ConnectorUpdate.self, ConnectorDelete.self, ExecutionList.self, ExecutionGet.self,
    ]

    // By scenario, then by turn from 1; empty for a conversation.
    private let steps: [[OperationStep]]
    /// What each scenario's steps are to a walk through them.
    private let walks: [SyncSteps]
    /// Whether no scenario has operations.
    let isEmpty: Bool

    /// Resolves the names, reads the settings and looks at the order.
    ///
    /// - Throws: `ProfileError` with the operation's place.
    public init(_ profile: Profile) throws(ProfileError) {
        var steps: [[OperationStep]] = []
        for scenario in profile.allScenarios {
            guard case .operations(let operations) = scenario.kind else {
                steps.append([])
                continue
            }
            steps.append(try OperationTable.steps(operations))
        }
        self.steps = steps
        walks = steps.map { own in
            SyncSteps(
                parts: own.map(\.part), retries: profile.helpdesk.retries)
        }
        isEmpty = steps.allSatisfy(\.isEmpty)
    }

    /// The operations' names, in the order of the catalogue.
    public static var names: [String] { all.map { $0.name } }

    private static func steps(
        _ operations: [Profile.Operation]
    ) throws(ProfileError) -> [OperationStep] {
        var left: Set<CallMemory.Key> = []
        var steps: [OperationStep] = []
        for operation in operations {
            let type = try type(operation)
            if let missing = type.needs.subtracting(left).map(\.name).min() {
                throw operation.place.error(
                    "is \(operation.name), which needs a \(missing): put an operation before it "
                        + "that leaves one (\(leaving(missing)))")
            }
            if type.opensConversation, left.contains(.conversation) {
                throw operation.place.error(
                    "is \(operation.name), which opens a second conversation: give it a scenario "
                        + "of its own")
            }
            left.formUnion(type.leaves)
            var settings = CallSettings(operation)
            let made = try type.init(&settings)
            try settings.refuseRest()
            steps.append(OperationStep(operation: made))
        }
        return steps
    }

    private static func type(
        _ operation: Profile.Operation
    ) throws(ProfileError) -> any APIOperation.Type {
        if let type = all.first(where: { $0.name == operation.name }) { return type }
        throw operation.place.error(
            "names the unknown operation \"\(operation.name)\" (known: "
                + "\(names.joined(separator: ", ")))")
    }

    /// The operations that leave a thing.
    private static func leaving(_ name: String) -> String {
        all.filter { $0.leaves.contains { $0.name == name } }.map { $0.name }
            .joined(separator: ", ")
    }

    /// A step of a scenario, from 1; nil for a message of a conversation.
    func step(_ scenario: Int, _ step: Int) -> OperationStep? {
        let own = steps[scenario]
        return own.isEmpty ? nil : own[min(step, own.count) - 1]
    }

    /// The steps of a scenario, for a walk through them.
    func walk(_ scenario: Int) -> SyncSteps { walks[scenario] }

    /// Whether a scenario begins a conversation that may be billed.
    func isBillable(_ scenario: Int) -> Bool {
        steps[scenario].isEmpty || steps[scenario].contains(where: \.opensConversation)
    }

    /// The kind of a scenario's step.
    func kind(_ scenario: Int, step: Int) -> TurnKind {
        self.step(scenario, step)?.kind ?? .message
    }

    /// Those of the plan's `recordNames` whose turns are answered by their response alone; nil for
    /// none.
    public func calls(_ plan: RunPlan) -> [String]? {
        var indices: Set<Int> = []
        for (scenario, steps) in steps.enumerated() {
            for (index, step) in steps.enumerated() where step.kind == .call {
                indices.insert(Int(plan.record(scenario: scenario, turn: index + 1)))
            }
        }
        return indices.isEmpty ? nil : indices.sorted().map { plan.recordNames[$0] }
    }
}

/// One operation of a scenario.
struct OperationStep: Sendable {
    let operation: any APIOperation

    var kind: TurnKind { type(of: operation).isAnsweredOnStream ? .answeredCall : .call }
    var opensConversation: Bool { type(of: operation).opensConversation }
    var escalates: Bool { type(of: operation).escalates }
    var part: SyncSteps.Part { type(of: operation).part }
}

extension APIOperation {
    /// Whether it begins a conversation that may be billed.
    static var opensConversation: Bool { leaves.contains(.conversation) }
}
