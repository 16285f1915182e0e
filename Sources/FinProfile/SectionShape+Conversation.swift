extension SectionShape {
    static let conversation = SectionShape([
        KeyShape(
            name: "name", value: .pattern("^[A-Za-z0-9_-]{1,64}$"),
            summary: "the scenario's name in every output", standard: "conversation"),
        KeyShape(
            name: "id",
            value: .pattern(
                "^(?=.*\\{run\\})(?=.*\\{n\\})([A-Za-z0-9._:-]|\\{run\\}|\\{n\\})+$"),
            summary: "conversation ids: {run} and {n} make them unique", standard: "'fb-{run}-{n}'"),
        KeyShape(
            name: "turns",
            value: .countDistribution(Profile.Conversation.turnCounts),
            summary: "turns of a conversation",
            standard: "1"),
        KeyShape(
            name: "think_time", value: .distribution(.duration),
            summary: "the user's time between two turns",
            standard: "{lognormal: {median: 4s, p95: 12s}}"),
        KeyShape(
            name: "messages",
            value: .either([.list(.either([.text, .whole(.question)])), .whole(.messagesFile)]),
            summary: "what users ask, or {file: questions.jsonl}", standard: builtInMessages),
        KeyShape(
            name: "user_pool", value: .section(.userPool), summary: "the test users that talk"),
        KeyShape(
            name: "attributes", value: .texts(.text, keyPattern: nil, limit: 10),
            summary: "attributes of the user, sent with the first message", standard: "{}"),
        KeyShape(
            name: "timeouts", value: .section(.timeouts), summary: "how long each step may take"),
    ])

    static let question = SectionShape([
        KeyShape(
            name: "question", value: .pattern("^[A-Za-z0-9 ._:-]{1,64}$"),
            summary: "its name in outputs"),
        KeyShape(
            name: "turns", value: .list(.text), summary: "one text per turn", isRequired: true),
    ])

    static let messagesFile = SectionShape([
        KeyShape(
            name: "file", value: .path, summary: "JSON lines, a question each", isRequired: true)
    ])

    static let userPool = SectionShape([
        KeyShape(
            name: "size", value: .count(1...1_000_000_000), summary: "how many users",
            standard: "1000"),
        KeyShape(
            name: "id_prefix", value: .pattern("^[A-Za-z0-9._:-]{1,64}$"),
            summary: "a user's number follows it", standard: "load-u-"),
        KeyShape(
            name: "email", value: .pattern("^(?=.*\\{n\\})[^@ ]+@[^@ ]+$"),
            summary: "sent with the user; none: no e-mail is sent",
            example: "'load-{n}@example.test'"
        ),
    ])

    static let timeouts = SectionShape([
        timeout("connect", "until a connection stands", "5s"),
        timeout("response", "until the response to a POST is complete", "10s"),
        timeout("first_chunk", "until the first chunk or event of a turn", "30s"),
        timeout("idle", "between two events of a turn", "30s"),
        timeout("turn", "the whole turn; at most 180s, tokens live no longer", "120s"),
    ])

    private static func timeout(
        _ name: String, _ summary: String, _ standard: String
    ) -> KeyShape {
        KeyShape(
            name: name, value: .quantity(.duration, isPositive: true), summary: summary,
            standard: standard)
    }

    /// The built-in questions as YAML; their texts hold neither quotes nor backslashes.
    private static let builtInMessages: String = {
        let questions = Profile.Question.builtIn.map { question in
            let turns = question.turns.map { "\"\($0)\"" }.joined(separator: ", ")
            return "{question: \(question.name ?? ""), turns: [\(turns)]}"
        }
        return "[\(questions.joined(separator: ", "))]"
    }()
}
