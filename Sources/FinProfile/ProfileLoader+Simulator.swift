import FinMeasure
import Yams

extension Field {
    /// Reads `simulator:`.
    func simulator() throws(ProfileError) -> SimulatorSettings {
        let section = try Section(self, SectionShape.simulator)
        var settings = SimulatorSettings()
        try section.read("seed", into: &settings.seed, Field.seed)
        try section.read("think", into: &settings.think, Field.span)
        try section.read("slow", into: &settings.slow, Field.slowQuestions)
        try section["chunks"]?.readChunks(into: &settings)
        try section.read("reply_delay", into: &settings.replyDelay, Field.span)
        try section.read("done_delay", into: &settings.doneDelay, Field.span)
        if let field = section["parts"] { settings.parts = try field.countDistribution(1...100) }
        try section.read("streaming", into: &settings.streaming, Field.streaming)
        try section.read("outcomes", into: &settings.outcomes, Field.outcomes)
        try section.read("csat", into: &settings.csat, Field.share)
        try section.read("framing", into: &settings.framing, Field.framing)
        try section.readSwitches(into: &settings)
        if let field = section["rate_limit"] { settings.rateLimit = try field.rateLimit() }
        try section.read("faults", into: &settings.faults, Field.faults)
        try section.read("freeze", into: &settings.freezes, Field.freezes)
        if let field = section["webhooks"] { settings.webhooks = try field.simulatorWebhooks() }
        if let field = section["connectors"] {
            settings.connectors = try field.simulatorConnectors()
        }
        if let field = section["topic_webhooks"] {
            settings.topicWebhooks = try field.topicWebhooks()
        }
        if let field = section["hitl"] { settings.hitl = try field.simulatorHITL() }
        try section.read("helpdesk", into: &settings.helpdesk, Field.simulatorHelpdesk)
        return settings
    }

    private func span() throws(ProfileError) -> Distribution { try distribution(.duration) }

    private func readChunks(into settings: inout SimulatorSettings) throws(ProfileError) {
        let section = try Section(self, SectionShape.chunks)
        if let field = section["count"] {
            settings.chunkCount = try field.countDistribution(0...100_000)
        }
        try section.read("interval", into: &settings.chunkInterval, Field.span)
        if let field = section["growth"] { settings.chunkGrowth = try field.distribution(.size) }
    }

    private func streaming() throws(ProfileError) -> SimulatorSettings.Streaming {
        let word = try word(SimulatorSettings.Streaming.allCases.map(\.rawValue))
        return SimulatorSettings.Streaming(rawValue: word) ?? .first
    }

    private func framing() throws(ProfileError) -> SimulatorSettings.Framing {
        let word = try word(SimulatorSettings.Framing.allCases.map(\.rawValue))
        return SimulatorSettings.Framing(rawValue: word) ?? .plain
    }

    private func outcomes() throws(ProfileError) -> SimulatorSettings.OutcomeShares {
        let section = try Section(self, SectionShape.outcomes)
        var shares = SimulatorSettings.OutcomeShares()
        try section.read("resolved", into: &shares.resolved, Field.share)
        try section.read("escalated", into: &shares.escalated, Field.share)
        try section.read("complete", into: &shares.complete, Field.share)
        try checkSum([shares.resolved, shares.escalated, shares.complete])
        return shares
    }

    func checkSum(_ shares: [Double]) throws(ProfileError) {
        let sum = shares.sorted().reduce(0, +)
        if sum <= 1 + 1e-9 { return }
        let percent = DurationText.words((sum * 1e4).rounded() / 100)
        throw error("add up to \(percent)%: a turn has only one of them, so at most 100%")
    }

    /// Calls per window of ten seconds: `1000/10s`, or the plain number.
    private func rateLimit() throws(ProfileError) -> Int {
        let text = try text()
        let number = text.hasSuffix("/10s") ? String(text.dropLast(4)) : text
        guard let limit = Int(number), String(limit) == number, limit > 0 else {
            throw error("must be calls per window of 10 s, such as \"1000/10s\"")
        }
        return limit
    }

    private func freezes() throws(ProfileError) -> [SimulatorSettings.Freeze] {
        if node.mapping != nil { return [try freeze()] }
        var freezes: [SimulatorSettings.Freeze] = []
        for field in try list(of: "freezes, such as {at: 20s, for: 5s}") {
            let freeze = try field.freeze()
            if let last = freezes.last, freeze.at < last.at + last.length {
                throw field.error("begins before the freeze above it has ended")
            }
            freezes.append(freeze)
        }
        return freezes
    }

    private func freeze() throws(ProfileError) -> SimulatorSettings.Freeze {
        let section = try Section(self, SectionShape.freeze)
        let start = try section.required("at", "when it begins, such as at: 20s").duration()
        let length = try section.required("for", "how long it lasts, such as for: 5s")
            .positiveDuration()
        return .init(at: Double(start.count), length: Double(length.count))
    }
}

extension Section {
    fileprivate func readSwitches(into settings: inout SimulatorSettings) throws(ProfileError) {
        try read("done_event_before_2_16", into: &settings.doneEventBefore216, Field.flag)
        try read("closes_streams", into: &settings.closesStreams, Field.flag)
        try read("omit_stream_url", into: &settings.omitsStreamURL, Field.flag)
        try read("request_ids", into: &settings.namesRequests, Field.flag)
        if let field = self["keep_alive"] {
            settings.keepAliveInterval = Double(try field.duration().count)
        }
    }
}
