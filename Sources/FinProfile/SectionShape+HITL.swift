extension SectionShape {
    static let simulatorHITL = SectionShape([
        .share("share", "turns with an answer that wait for a human before it", standard: "100%"),
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
        .delay("resume_delay", "from the answer to the next event of the turn", standard: "100ms"),
        .share("no_access", "requests whose answer is refused with 403"),
        .share("answered_elsewhere", "requests that another channel answers first"),
        .delay("elsewhere_after", "from the request to that answer", standard: "0s"),
        .flag(
            "enabled", "false: the workspace lacks the feature, each answer gets 403",
            standard: "true"),
    ])
}

extension SectionShape {
    static let hitl = SectionShape([
        .delay(
            "answer_delay", "from a question's receipt to its answer",
            standard: "{uniform: [200ms, 800ms]}"),
        .share(
            "second_answers", "questions that are answered twice: the second one must be refused"),
        KeyShape(
            name: "values", value: .texts(.text, keyPattern: nil, limit: nil),
            summary: "what is answered, by an attribute's identifier or its type",
            example: "{boolean: true, string: Approved}"),
    ])
}
