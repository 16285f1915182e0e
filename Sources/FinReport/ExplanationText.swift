internal import FinMeasure
private import Foundation

/// The sentences of `compare --explain`.
enum ExplanationText {
    /// Less than this, as a share, is called "unchanged".
    private static let noticeable = 0.05

    /// By how much users wait longer.
    static func wait(_ before: ExplainedSide, _ after: ExplainedSide) -> String {
        guard let one = before.ttft, let two = after.ttft else {
            return "One side has no first words at all: there is nothing to explain."
        }
        let phrases = [(0.5, "Half of the users wait"), (0.95, "One in twenty waits")]
        var sentences = phrases.compactMap { share, words -> String? in
            guard let old = one.value(at: share), let new = two.value(at: share) else { return nil }
            let difference = Int64(new.nanoseconds) - Int64(old.nanoseconds)
            return "\(words) \(Human.span(new)) or longer for the first words, before it was "
                + "\(Human.span(old)) (\(signed(Double(difference))))."
        }
        if one.censored + two.censored > 0 {
            sentences.append(
                "Turns that failed: \(Human.share(two.censored, two.n)), before "
                    + "\(Human.share(one.censored, one.n)).")
        }
        return sentences.joined(separator: " ")
    }

    /// Which part of the turn it is; means, since only they add up.
    static func parts(_ before: ExplainedSide, _ after: ExplainedSide) -> String {
        let old = split(before.means)
        let new = split(after.means)
        let changes = old.keys.compactMap { name in
            new[name].map { (name, $0 - old[name, default: 0]) }
        }
        .sorted { $0.1.magnitude > $1.1.magnitude }
        guard let largest = changes.first else { return "" }
        let total = changes.reduce(0) { $0 + $1.1 }
        let list = changes.map { "\($0.0) \(signed($0.1))" }.joined(separator: ", ")
        return "Of the mean change of \(signed(total)) the largest part is \(largest.0): \(list)."
    }

    /// The five parts, those after the POST divided by the server's own stamps where it gives them.
    private static func split(_ means: [Metric: Double]) -> [String: Double] {
        var parts: [String: Double] = [:]
        parts["late start"] = means[.scheduleLag]
        parts["POST"] = means[.post]
        let waited: [Metric] = [.subscribeGap, .streamConnect, .firstWait]
        let rest = waited.compactMap { means[$0] }.reduce(0, +)
        if let thinking = means[.serverTTFT] {
            parts["Fin thinking (server stamps)"] = thinking
            parts["connecting and delivery"] = rest - thinking
        } else {
            parts["connecting"] = (means[.subscribeGap] ?? 0) + (means[.streamConnect] ?? 0)
            parts["waiting for Fin"] = means[.firstWait]
        }
        return parts
    }

    /// In which scenario or question it is.
    static func groups(_ groups: [GroupChange]) -> String {
        guard groups.count > 1, let largest = groups.first else { return "" }
        guard largest.change.magnitude >= noticeable * largest.before else {
            return "No question changed by \(Human.percent(noticeable)) or more."
        }
        let named = GroupChange.named(groups)
        if GroupChange.isShared(groups) {
            return "All \(groups.count) questions changed alike, from "
                + "\(signed(groups.map(\.change).min() ?? 0)) to "
                + "\(signed(groups.map(\.change).max() ?? 0))."
        }
        let list = named.prefix(5).map { group in
            "\(label(group.key, groups)) \(span(group.before)) → \(span(group.after)) "
                + "(\(signed(group.change)), \(group.turns) turns)"
        }
        let others = groups.filter { group in !named.contains { $0.key == group.key } }
        let word = named.count == 1 ? "It is the question" : "It is the questions"
        return "\(word) \(list.joined(separator: "; ")). "
            + rest(others)
    }

    private static func rest(_ others: [GroupChange]) -> String {
        let changes = others.map(\.change)
        guard let least = changes.min(), let most = changes.max() else { return "" }
        if others.count == 1 { return "The other one changed by \(signed(most))." }
        return "The other \(others.count) changed by \(signed(least)) to \(signed(most))."
    }

    private static func label(
        _ key: ExplainedSide.GroupKey, _ groups: [GroupChange]
    ) -> String {
        let hasScenarios = Set(groups.map(\.key.scenario)).count > 1
        return hasScenarios ? "\"\(key.question)\" of \(key.scenario)" : "\"\(key.question)\""
    }

    /// Since when in the run, by the one instant that divides the blocks' changes best.
    static func since(
        _ before: ExplainedSide, _ after: ExplainedSide, within named: [GroupChange]
    ) -> String {
        let changes = blockChanges(before, after, named.map(\.key))
        let known = changes.compactMap { $0 }
        guard known.count >= 8, let split = bestSplit(changes) else { return "" }
        let seconds = after.mainSeconds * Double(split.index) / Double(ExplainedSide.blockCount)
        guard abs(split.later) >= noticeable else { return "" }
        if split.index == 0 || abs(split.earlier) > abs(split.later) / 2 {
            return "It is there from the beginning of the run."
        }
        return "It begins about \(Human.span(UInt64(seconds * 1e9))) into the main phase."
    }

    /// The logarithm of each block's change; nil where a side has no turn.
    private static func blockChanges(
        _ before: ExplainedSide, _ after: ExplainedSide, _ keys: [ExplainedSide.GroupKey]
    ) -> [Double?] {
        func typical(_ side: ExplainedSide, _ block: Int) -> Double? {
            let groups = keys.compactMap { side.groups[$0] }
            let n = groups.reduce(0) { $0 + $1.counts[block] }
            return n > 0 ? groups.reduce(0) { $0 + $1.sums[block] } / n : nil
        }
        return (0..<ExplainedSide.blockCount).map { block in
            guard let one = typical(before, block), let two = typical(after, block) else {
                return nil
            }
            return two - one
        }
    }

    /// The division into two stretches of constant change with the smallest squared error.
    private static func bestSplit(
        _ changes: [Double?]
    ) -> (index: Int, earlier: Double, later: Double)? {
        var best: (error: Double, index: Int, earlier: Double, later: Double)?
        for index in 0..<changes.count {
            let (left, right) = (changes[..<index], changes[index...])
            let (one, two) = (left.compactMap { $0 }, right.compactMap { $0 })
            guard two.count >= 2, index == 0 || one.count >= 2 else { continue }
            let (early, late) = (mean(one), mean(two))
            let error =
                one.reduce(0) { $0 + ($1 - early) * ($1 - early) }
                + two.reduce(0) { $0 + ($1 - late) * ($1 - late) }
            if error < (best?.error ?? .infinity) { best = (error, index, early, late) }
        }
        return best.map { ($0.index, $0.earlier, $0.later) }
    }

    /// The conversations to look up on the other side.
    static func slowest(_ side: ExplainedSide) -> String {
        if !side.hasTurns { return "No turns.csv: questions and single conversations are unknown." }
        let lines = side.slowest.map { turn in
            let request = turn.requestID.isEmpty ? "no request id" : "request \(turn.requestID)"
            return "  \(span(Double(turn.ttft ?? 0)))  \(turn.conversationID) turn \(turn.turn), "
                + "\(request), question \"\(turn.question)\""
        }
        return (["The slowest of the candidate:"] + lines).joined(separator: "\n")
    }

    private static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }

    private static func span(_ nanoseconds: Double) -> String {
        Human.span(UInt64(max(0, nanoseconds)))
    }

    private static func signed(_ nanoseconds: Double) -> String {
        (nanoseconds > 0 ? "+" : "") + Human.span(signed: Int64(nanoseconds.rounded()))
    }
}
