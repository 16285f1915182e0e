extension SectionShape {
    static let simulatorHITL = SectionShape([
        KeyShape(
            name: "share", value: .quantity(.percent, isPositive: false),
            summary: "turns with an answer that wait for a human before it", standard: "100%"),
        KeyShape(
            name: "questions", value: .count(SimulatorSettings.HITL.questionCounts),
            summary: "how often such a turn asks, one after the other", standard: "1"),
        KeyShape(
            name: "attributes", value: .list(.word(HITLDataType.allCases.map(\.rawValue))),
            summary: "what the human is asked for, by type",
            standard: "[string, integer, decimal, boolean, list, datetime]"),
        KeyShape(
            name: "expires_after", value: .quantity(.duration, isPositive: true),
            summary: "from the request to its expiry; none: it waits for ever", example: "60s"),
        KeyShape(
            name: "resume_delay", value: .distribution(.duration),
            summary: "from the answer to the next event of the turn", standard: "100ms"),
        KeyShape(
            name: "no_access", value: .quantity(.percent, isPositive: false),
            summary: "requests whose answer is refused with 403", standard: "0%"),
        KeyShape(
            name: "answered_elsewhere", value: .quantity(.percent, isPositive: false),
            summary: "requests that another channel answers first", standard: "0%"),
        KeyShape(
            name: "elsewhere_after", value: .distribution(.duration),
            summary: "from the request to that answer", standard: "0s"),
        KeyShape(
            name: "enabled", value: .flag,
            summary: "false: the workspace lacks the feature, each answer gets 403",
            standard: "true"),
    ])
}

extension SectionShape {
    static let hitl = SectionShape([
        KeyShape(
            name: "answer_delay", value: .distribution(.duration),
            summary: "from a question's receipt to its answer",
            standard: "{uniform: [200ms, 800ms]}"),
        KeyShape(
            name: "second_answers", value: .quantity(.percent, isPositive: false),
            summary: "questions that are answered twice: the second one must be refused",
            standard: "0%"),
        KeyShape(
            name: "values", value: .texts(.text, keyPattern: nil, limit: nil),
            summary: "what is answered, by an attribute's identifier or its type",
            example: "{boolean: true, string: Approved}"),
    ])
}
