import FinMeasure

extension Field {
    /// Reads `abort_when:`.
    func abortRules() throws(ProfileError) -> [Profile.AbortRule] {
        var rules: [Profile.AbortRule] = []
        for field in try listOrNone(of: "rules, such as \"\(AbortRuleWords.shareExample)\"") {
            let rule = try field.abortRule()
            if rules.contains(where: { $0.text == rule.text }) {
                throw field.error("stands twice in the list")
            }
            rules.append(rule)
        }
        return rules
    }

    /// Reads one rule: `error_rate > share over window`, or `metric percentile > limit over window`.
    private func abortRule() throws(ProfileError) -> Profile.AbortRule {
        let text = try text()
        let words = try AbortRuleWords(text, field: self)
        return Profile.AbortRule(
            text: text, subject: try subject(words), window: try window(words.window))
    }

    private func subject(
        _ words: AbortRuleWords
    ) throws(ProfileError) -> Profile.AbortRule.Subject {
        if words.metric == "error_rate" {
            if let percentile = words.percentile {
                throw error("has the percentile \"\(percentile)\": error_rate is a share, drop it")
            }
            return .errorRate(above: try quantity(.percent, of: words.limit))
        }
        let metric = try metric(words.metric)
        if metric.scope != .turn {
            throw error(
                "looks at \"\(metric.rawValue)\", of which a turn has not one value: use ttft, "
                    + "first_reply, turn_time or another part of a turn")
        }
        let percentile = try percentile(
            words.percentile, example: AbortRuleWords.percentileExample)
        let limit = try quantity(.duration, of: words.limit)
        if limit <= 0 { throw error("has the limit 0s, which every turn is above") }
        return .percentile(
            metric, metric.anchors[0], percentile: percentile,
            above: Nanoseconds(Int64(limit.rounded())))
    }

    private func window(_ text: String) throws(ProfileError) -> Nanoseconds {
        let span: Double
        do throws(Unit.Refusal) {
            span = try Unit.duration.parse(text)
        } catch {
            throw self.error("has a window \"\(text)\" that \(error.words)")
        }
        let window = Nanoseconds(Int64(span))
        if window < .seconds(1) || window > .seconds(600) {
            throw error("has a window \"\(text)\": it must be from 1s to 10m")
        }
        return window
    }
}

/// A stop rule taken apart into words.
private struct AbortRuleWords {
    static let shareExample = "error_rate > 20% over 30s"
    static let percentileExample = "ttft p95 > 10s over 30s"

    var metric: String
    var percentile: String?
    var limit: String
    var window: String

    init(_ text: String, field: Field) throws(ProfileError) {
        let sides = text.split(separator: ">", omittingEmptySubsequences: false)
        guard sides.count == 2, !sides[1].hasPrefix("=") else {
            throw field.error("must have one \">\": write \"\(AbortRuleWords.shareExample)\"")
        }
        let left = sides[0].split(separator: " ").map(String.init)
        let right = sides[1].split(separator: " ").map(String.init)
        if left.joined().contains("{") {
            throw field.error("selects turns: a stop rule looks at all of them")
        }
        let place = right.firstIndex(of: "over") ?? right.endIndex
        limit = right[..<place].joined(separator: " ")
        window = right.dropFirst(place + 1).joined(separator: " ")
        if window.isEmpty {
            throw field.error(
                "does not say over which time: write \"\(AbortRuleWords.shareExample)\"")
        }
        guard (1...2).contains(left.count), !limit.isEmpty else {
            throw field.error(
                "must read metric, percentile, limit, window: write "
                    + "\"\(AbortRuleWords.percentileExample)\"")
        }
        metric = left[0]
        percentile = left.count == 2 ? left[1] : nil
    }
}
