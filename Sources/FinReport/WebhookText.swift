internal import FinMeasure

/// What came by webhook in a run, in words: nothing for a run that asked for none.
enum WebhookText {
    /// A count and what it means, for a table.
    typealias Line = (name: String, count: Int, meaning: String)

    /// Every count of the run, the sums first.
    static func table(_ document: RunDocument) -> [Line] {
        guard let hooks = document.totals?.webhooks else { return [] }
        return [
            ("received", hooks.received, "every delivery"),
            ("accepted", hooks.accepted, "signed events of this run's conversations, each once"),
            ("joined", hooks.joined, "of them: set beside the same event of the stream"),
            ("unmatched", hooks.unmatched, "of them: no such event, or nobody waited any more"),
            (
                "reordered", hooks.reordered,
                "of them: came after a later event of their conversation"
            ),
            ("duplicate", hooks.duplicate, "the same event again"),
            ("missing", hooks.missing, "events of streams without a webhook within the grace"),
            ("cut", hooks.cut, "events still waited for when the run ended"),
            ("foreign", hooks.foreign, "of other conversations: counted, not kept"),
            ("topics", hooks.topics, "standard topics, signed"),
            ("unreadable", hooks.unreadable, "signed, but no event of the Fin Agent API"),
            ("unsigned", hooks.unsigned, "refused with 401"),
            (
                "bad signature", hooks.badSignature,
                "refused with 401: another secret, or a changed body"
            ),
            ("oversized", hooks.oversized, "refused with 413"),
            ("misdirected", hooks.misdirected, "refused with 404 or 405: another path, or no POST"),
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
