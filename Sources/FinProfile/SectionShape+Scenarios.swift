extension SectionShape {
    /// One element of `scenarios:`.
    static let scenario = SectionShape([
        KeyShape(
            name: "name", value: .pattern(plainName), summary: "its name in every output",
            isRequired: true),
        KeyShape(
            name: "weight", value: .count(Profile.Scenario.weights),
            summary: "its share is this over the sum of all weights", standard: "1"),
        KeyShape(
            name: "conversation", value: .whole(.scenarioConversation),
            summary: "a conversation with Fin; what is left out is as in conversation:",
            rivals: ["operations", "think_time"]),
        KeyShape(
            name: "operations",
            value: .list(.either([.pattern(plainName), .whole(.operation)])),
            summary: "calls of the API, one after the other", example: "[capabilities, ask]"),
        KeyShape(
            name: "think_time", value: .distribution(.duration),
            summary: "the time between two operations", standard: "0s"),
    ])

    /// What a scenario's conversation may have of its own.
    static let scenarioConversation = SectionShape(
        SectionShape.conversation.keys.filter {
            ["turns", "think_time", "messages"].contains($0.name)
        })

    /// An operation with more than its name.
    static let operation = SectionShape([
        KeyShape(
            name: "name", value: .pattern(plainName), summary: "the operation",
            isRequired: true),
        KeyShape(
            name: "settings", value: .texts(.text, keyPattern: nil, limit: nil),
            summary: "what this operation alone knows", standard: "{}"),
        KeyShape(
            name: "think_time", value: .distribution(.duration),
            summary: "the time since the operation before it"),
    ])

    private static let plainName = "^[A-Za-z0-9_-]{1,64}$"
}
