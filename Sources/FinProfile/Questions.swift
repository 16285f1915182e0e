extension Profile.Question {
    /// What users ask when a profile names no messages.
    public static let builtIn: [Profile.Question] = [
        .init(name: "plan", turns: ["How do I change my plan?", "And when does it take effect?"]),
        .init(name: "refund", turns: ["How long does a refund take?", "Can I get it sooner?"]),
        .init(
            name: "invoice", turns: ["Where do I find my invoices?", "Can you send the last one?"]),
        .init(name: "password", turns: ["I forgot my password.", "The e-mail did not arrive."]),
        .init(name: "seats", turns: ["How many seats do I have?", "How do I add one?"]),
    ]
}
