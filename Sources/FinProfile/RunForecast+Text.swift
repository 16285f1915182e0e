import FinMeasure

extension RunForecast {
    /// The forecast for people: plain lines, none wider than `width` unless a word is.
    ///
    /// - Parameter width: columns, 60 at least; `run` and `plan` print 80.
    public func text(width: Int = 80) -> String {
        let page = ForecastPage(forecast: self, width: max(60, width))
        return page.blocks.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
            .joined(separator: "\n\n") + "\n"
    }
}

/// A forecast laid out: a column of names, then words broken at the width.
struct ForecastPage {
    let forecast: RunForecast
    let width: Int

    private static let nameWidth = 17

    var blocks: [[String]] {
        [heading, size, StartsChart(forecast: forecast, width: width).lines, demands, rules, slos]
    }

    private func row(_ name: String, _ words: String...) -> [String] {
        var lines: [String] = []
        for text in words.filter({ !$0.isEmpty }) {
            for line in Figure.wrap(text, width: width - Self.nameWidth, indent: 2) {
                lines.append(Figure.pad(lines.isEmpty ? name : "", Self.nameWidth) + line)
            }
        }
        return lines
    }

    // MARK: - what is done

    private var heading: [String] {
        let target = forecast.target
        let place = target.url ?? "the embedded simulator"
        return row("plan", forecast.profile, forecast.question)
            + row("target", "\(target.kind.rawValue): \(place), version \(target.version)")
    }

    private var size: [String] {
        row("load", load) + row("conversations", conversations, mainPhase) + scenarios
            + row("turns", turns) + row("time", time)
    }

    private var scenarios: [String] {
        (forecast.scenarios ?? []).enumerated().flatMap { index, scenario in
            let kind = scenario.operations?.joined(separator: ", ") ?? "conversation"
            return row(
                index == 0 ? "scenarios" : "",
                "\(scenario.name), \(Figure.percent(scenario.share)), about "
                    + "\(scenario.conversations): \(kind)")
        }
    }

    private var load: String {
        let seed = "seed \(forecast.load.seed)"
        guard let concurrency = forecast.load.concurrency else {
            return "open, \(forecast.load.arrivals ?? "") arrivals, \(seed)"
        }
        return "closed, \(concurrency) conversations at any time, \(seed); what follows from "
            + "their number is rehearsed"
    }

    private var conversations: String {
        let count = forecast.conversations
        let cap = "(safety.max_conversations \(forecast.maxConversations))"
        if count.atLeast == count.atMost { return "\(count.atMost) \(cap)" }
        return "at least \(count.atLeast), about \(count.expected), at most \(count.atMost) \(cap)"
    }

    private var mainPhase: String {
        if forecast.schedule.warmupSeconds == 0 { return "" }
        let main = forecast.mainPhase
        return "after the warm-up: \(main.conversations) with \(main.turns) turns"
    }

    private var turns: String {
        let turns = forecast.turns
        var words = forecast.load.concurrency == nil ? "\(turns.drawn)" : "about \(turns.drawn)"
        if turns.cut + turns.beyondEnd > 0 {
            words +=
                "; the drain may cut about \(turns.cut), and about \(turns.beyondEnd) may come "
                + "after it and never begin"
        }
        if turns.lost > 0 { words += "; about \(turns.lost) fall away with blocked starts" }
        if turns.spared > 0 {
            words +=
                "; about \(turns.spared) fall away with conversations that end before they are due"
        }
        return words
    }

    private var time: String {
        let schedule = forecast.schedule
        return "\(Figure.seconds(schedule.loadSeconds)) of starts, "
            + "\(Figure.seconds(schedule.warmupSeconds)) of them warm-up; then a drain of at most "
            + "\(Figure.seconds(schedule.drainSeconds)): over after "
            + "\(Figure.seconds(schedule.latestEndSeconds)) at the latest"
    }

    // MARK: - what it takes

    private var demands: [String] {
        row("in flight", inFlight, inFlightLimit, "assumed: \(forecast.inFlight.assumption)")
            + row("rate limit", calls, simulatorLimit) + row("ids", ids)
            + row("users", users, userLimit, email) + row("bill", bill, cap)
    }

    private var inFlight: String {
        let found = forecast.inFlight
        return "about \(Figure.number(found.expected)) conversations of "
            + "\(Figure.seconds(found.conversationSeconds)) on average, at most \(found.peak) "
            + "(at \(Figure.seconds(found.peakAtSeconds)))"
    }

    private var inFlightLimit: String {
        let found = forecast.inFlight
        let name = found.isLimitedByFiles ? "this process's open files" : "load.max_in_flight"
        let limit = "\(name) allow\(found.isLimitedByFiles ? "" : "s") \(found.limit)"
        if let concurrency = forecast.load.concurrency, concurrency > found.limit {
            return "\(limit): the run refuses a concurrency of \(concurrency)"
        }
        if found.blocked == 0 { return "\(limit): nothing is blocked" }
        return "\(limit): about \(found.blocked) starts would be BLOCKED and count as failed"
    }

    private var calls: String {
        let calls = forecast.calls
        return "at most \(calls.peakInTenSeconds) calls in 10 s: \(Figure.percent(calls.share)) of "
            + "Intercom's default of \(calls.intercomLimitInTenSeconds) for an app"
            + (calls.share > 1 ? "; a workspace would answer the rest with 429" : "")
    }

    private var simulatorLimit: String {
        guard let limit = forecast.calls.simulatorLimitInTenSeconds else { return "" }
        let share = Figure.percent(Double(forecast.calls.peakInTenSeconds) / Double(limit))
        return "\(share) of the simulator's own \(limit) in 10 s"
    }

    private var ids: String {
        let ids = forecast.ids
        return ids.first == ids.last ? ids.first : "\(ids.first) to \(ids.last)"
    }

    private var users: String {
        let users = forecast.users
        let most = users.mostConversations
        return "\(users.distinct) of \(users.poolSize), \(users.first) to \(users.last); one has "
            + "at most \(most) conversation\(most == 1 ? "" : "s"), \(users.mostAtOnce) at a time"
    }

    private var userLimit: String {
        let users = forecast.users
        guard let limit = users.limitAtOnce else { return "" }
        let words = "at most \(limit) at a time for one user (safety.max_per_user)"
        if users.blocked == 0 { return words }
        return "\(words): about \(users.blocked) starts would be BLOCKED; enlarge "
            + "conversation.user_pool.size"
    }

    private var email: String {
        forecast.users.hasEmail
            ? "an e-mail is sent with each (conversation.user_pool.email): it overwrites that of "
                + "the workspace's user"
            : "no e-mail is sent"
    }

    private var bill: String {
        guard let bill = forecast.bill else {
            return forecast.target.kind == .live
                ? "none: target.metered is false" : "none: nobody bills on this machine"
        }
        return "at worst \(Money.words(bill.worstCaseUSD)): \(bill.conversations) conversations, "
            + "\(Money.words(bill.priceUSD)) an outcome (an answer can be billed even if nobody "
            + "goes on)"
    }

    private var cap: String {
        guard let bill = forecast.bill, let most = bill.maxCostUSD else { return "" }
        let words = "safety.max_cost is \(Money.words(most))"
        if bill.isRefused { return words + ": REFUSED" }
        return forecast.load.concurrency == nil
            ? words : words + ": the run stops on its way before it may be billed more"
    }

    // MARK: - how it may end

    private var rules: [String] {
        forecast.stopRules.enumerated().flatMap { index, rule in
            row(index == 0 ? "rules" : "", rule)
        }
    }

    private var slos: [String] {
        if forecast.slos.isEmpty { return row("slo", "none: the run ends without a verdict") }
        return forecast.slos.enumerated().flatMap { index, slo in
            row(index == 0 ? "slo" : "", "\(slo.slo): \(slo.words)")
        }
    }
}

extension SLOForecast {
    /// One sentence or more: whether a verdict is possible, and the figures.
    var words: String {
        guard let canBeDecided else { return obstacles.joined(separator: "; ") }
        if !canBeDecided {
            let head = isBrokenByBlocks ? "CANNOT PASS: " : "CANNOT BE DECIDED: "
            return head + obstacles.joined(separator: "; ")
        }
        let words =
            "can be decided: \(turns ?? 0) turns, \(turnsNeeded ?? 0) needed; passes with up to "
            + "\(slowAllowed ?? 0) slow"
        guard let turnsBlocked, turnsBlocked > 0 else { return words }
        return words + ", and about \(turnsBlocked) blocked starts count as slow"
    }
}

/// Starts over time as bars, at most twenty rows.
struct StartsChart {
    let forecast: RunForecast
    let width: Int

    private static let rowLimit = 20
    private static let steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]
    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    private static let nameWidth = 17
    private static let rateWidth = 9
    private static let openWidth = 11

    /// Seconds of a row.
    private var step: Int {
        let seconds = forecast.startsPerSecond.count
        let fits = Self.steps.first { seconds <= $0 * Self.rowLimit }
        return fits ?? (seconds + Self.rowLimit - 1) / Self.rowLimit
    }

    var lines: [String] {
        let rows = rows
        let rates = rows.map(rate)
        let highest = max(rates.max() ?? 0, 1e-9)
        let head =
            Figure.pad("starts", Self.nameWidth) + Figure.pad("per s", Self.rateWidth, right: true)
            + Figure.pad("in flight", Self.openWidth, right: true)
        return [head]
            + zip(rows, rates).map { row, rate in
                let open = forecast.inFlightPerSecond[row.upperBound - 1]
                return Figure.pad(
                    "from \(Figure.seconds(Double(row.lowerBound)))", Self.nameWidth)
                    + Figure.pad(Figure.number(rate), Self.rateWidth, right: true)
                    + Figure.pad("\(open)", Self.openWidth, right: true) + "  "
                    + bar(rate / highest)
            }
    }

    /// The seconds of each row.
    ///
    /// A rest shorter than a row belongs to the row before: the few starts in a part of a second
    /// would make a rate that is none.
    private var rows: [Range<Int>] {
        let count = forecast.startsPerSecond.count
        var rows = stride(from: 0, to: count, by: step).map { $0..<min($0 + step, count) }
        if let last = rows.last, rows.count > 1,
            Double(last.lowerBound + step) > forecast.schedule.loadSeconds
        {
            rows.removeLast()
            rows[rows.count - 1] = rows[rows.count - 1].lowerBound..<count
        }
        return rows
    }

    /// The mean over the row; its last second may be a part of one.
    private func rate(_ row: Range<Int>) -> Double {
        let end = min(Double(row.upperBound), forecast.schedule.loadSeconds)
        let count = forecast.startsPerSecond[row].reduce(0, +)
        return Double(count) / max(end - Double(row.lowerBound), 1e-9)
    }

    private func bar(_ share: Double) -> String {
        let room = width - Self.nameWidth - Self.rateWidth - Self.openWidth - 2
        let length = Int((share * Double(room * 8)).rounded())
        return String(repeating: "█", count: length / 8) + Self.eighths[length % 8]
    }
}
