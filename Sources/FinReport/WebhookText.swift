internal import FinMeasure

/// What came by webhook in a run, in words: nothing for a run that asked for none.
enum WebhookText {
    /// A count and what it means, for a table.
    struct Line {
        var name: String
        var count: Int
        var meaning: String
    }

    /// Every count of the run, the sums first.
    static func table(_ document: RunDocument) -> [Line] {
        guard let hooks = document.totals?.webhooks else { return [] }
        return [
            Line(name: "received", count: hooks.received, meaning: "every delivery"),
            Line(
                name: "accepted", count: hooks.accepted,
                meaning: "signed events of this run's conversations, each once"),
            Line(
                name: "joined", count: hooks.joined,
                meaning: "of them: set beside the same event of the stream"),
            Line(
                name: "unmatched", count: hooks.unmatched,
                meaning: "of them: no such event, or nobody waited any more"),
            Line(
                name: "reordered", count: hooks.reordered,
                meaning: "of them: came after a later event of their conversation"),
            Line(name: "duplicate", count: hooks.duplicate, meaning: "the same event again"),
            Line(
                name: "missing", count: hooks.missing,
                meaning: "events of streams without a webhook within the grace"),
            Line(
                name: "cut", count: hooks.cut,
                meaning: "events still waited for when the run ended"),
            Line(
                name: "foreign", count: hooks.foreign,
                meaning: "of other conversations: counted, not kept"),
            Line(name: "topics", count: hooks.topics, meaning: "standard topics, signed"),
            Line(
                name: "unreadable", count: hooks.unreadable,
                meaning: "signed, but no event of the Fin Agent API"),
        ] + refused(hooks)
    }

    private static func refused(_ hooks: RunDocument.Webhooks) -> [Line] {
        [
            Line(name: "unsigned", count: hooks.unsigned, meaning: "refused with 401"),
            Line(
                name: "bad signature", count: hooks.badSignature,
                meaning: "refused with 401: another secret, or a changed body"),
            Line(name: "oversized", count: hooks.oversized, meaning: "refused with 413"),
            Line(
                name: "misdirected", count: hooks.misdirected,
                meaning: "refused with 404 or 405: another path, or no POST"),
        ]
    }

    /// The counts that are not zero, and why there is no TTFT, for the terminal.
    static func lines(_ record: RunRecord) -> [String] {
        let document = record.document
        let counts = table(document).filter { $0.count > 0 || $0.name == "received" }
        guard !counts.isEmpty else { return [] }
        let words = counts.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
        return TerminalSummary.wrap("webhooks: " + words)
            + TerminalSummary.wrap(reasonWithoutTTFT(document))
            .filter { !$0.isEmpty }
    }

    /// Why a run has no TTFT by right; empty for one whose turns were streamed.
    static func reasonWithoutTTFT(_ document: RunDocument) -> String {
        guard document.isWebhookOnly else { return "" }
        return "ttft is absent: delivery is webhook alone, and chunks come over SSE only"
    }
}

extension RunDocument {
    /// Whether webhooks alone told of the turns.
    var isWebhookOnly: Bool {
        guard case .object(let keys) = profile else { return false }
        return keys["delivery"] == .array([.string("webhook")])
    }
}
