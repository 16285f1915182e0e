public import FinMeasure

extension Field {
    /// Reads `load:`.
    func load() throws(ProfileError) -> Profile.Load {
        let section = try Section(self, .load)
        var load = Profile.Load()
        if let field = section["conversations"] {
            load.conversations = try field.count(1...100_000_000)
        }
        load.model = try section.model(conversations: load.conversations) ?? load.model
        try section.read("warmup", into: &load.warmup, Field.duration)
        try section.checkWarmup(load)
        if let field = section["drain"] { load.drain = try field.duration() }
        if let field = section["max_in_flight"] {
            load.maxInFlight = try field.count(1...1_000_000)
        }
        try section.read("seed", into: &load.seed, Field.seed)
        return load
    }
}

extension Profile.Load {
    /// How long new conversations are begun; the limit of `conversations` may end it earlier.
    public var length: Nanoseconds {
        switch model {
        case .closed(_, _, let duration): return duration
        case .open(.trace(let offsets)): return Nanoseconds((offsets.last ?? -1) + 1)
        case .open(.stages(let stages, _)):
            return stages.reduce(.zero) { $0 + $1.length }
        }
    }
}

extension Section {
    /// The load model that the keys describe; nil when they describe none.
    fileprivate func model(conversations: Int?) throws(ProfileError) -> Profile.Load.Model? {
        if self["concurrency"] != nil { return try closed() }
        if self["ramp"] != nil {
            throw field.error("has \"ramp\" without \"concurrency\": write {ramp_to: …, over: …}")
        }
        if self["arrivals"]?.node.mapping != nil { return try trace() }
        let isPoisson = try self["arrivals"]?.arrivals() ?? true
        guard let stages = try stages(conversations: conversations, isPoisson: isPoisson) else {
            guard self["arrivals"] != nil || conversations != nil || self["warmup"] != nil else {
                return nil
            }
            throw field.error("says no rate: add rate and duration, stages, or concurrency")
        }
        return .open(.stages(stages, poisson: isPoisson))
    }

    private func closed() throws(ProfileError) -> Profile.Load.Model {
        try refuse(["arrivals", "rate", "stages"], beside: "concurrency")
        let count = try required("concurrency", "a number").count(1...1_000_000)
        let concurrency = max(1, Int((Double(count) * field.rateScale).rounded()))
        let duration = try required("duration", "how long, such as duration: 2m")
            .positiveDuration()
        let ramp = try self["ramp"]?.duration() ?? .zero
        if ramp > duration, let field = self["ramp"] {
            throw field.error("must not be longer than the duration")
        }
        return .closed(concurrency: concurrency, ramp: ramp, duration: duration)
    }

    private func trace() throws(ProfileError) -> Profile.Load.Model? {
        guard let field = self["arrivals"] else { return nil }
        try refuse(["rate", "stages", "duration"], beside: "arrivals")
        let file = try Section(field, .trace)
            .required("trace", "the path of a file with one instant a line")
        if field.rateScale != 1 { throw ProfileScale.refusal(ofTrace: file) }
        let offsets = try file.recordedValues(.duration).map { Int64($0.rounded()) }
        if let index = offsets.indices.dropFirst().first(where: { offsets[$0] < offsets[$0 - 1] }) {
            throw file.error("must ascend: value \(index + 1) is earlier than the one before it")
        }
        return .open(.trace(offsets))
    }

    private func stages(
        conversations: Int?, isPoisson: Bool
    ) throws(ProfileError) -> [Profile.Load.Stage]? {
        try refuse(["rate", "duration"], beside: "stages")
        if let field = self["stages"] { return try field.stages() }
        guard let field = self["rate"] else {
            if self["duration"] != nil { _ = try required("rate", "how many, such as rate: 50/s") }
            return nil
        }
        let rate = try field.positiveRate()
        let length: Nanoseconds
        if let duration = self["duration"] {
            length = try duration.positiveDuration()
        } else if let conversations {
            length = try Section.length(of: conversations, at: rate, isPoisson, field)
        } else {
            throw self.field.error(
                "has a rate without an end: add duration, such as duration: 2m, or conversations")
        }
        return [.init(startRate: rate, endRate: rate, length: length)]
    }

    /// Time for that many arrivals.
    ///
    /// Poisson arrivals come late by luck: ten standard deviations more, and a little, make sure of
    /// the number. What comes after it is cut by the limit.
    private static func length(
        of conversations: Int, at rate: Double, _ isPoisson: Bool, _ field: Field
    ) throws(ProfileError) -> Nanoseconds {
        let count = Double(conversations)
        let spare = isPoisson ? 10 * count.squareRoot() + 100 : 0
        let seconds = (count + spare) / rate
        if seconds > 31_536_000 { throw field.error("would take longer than a year") }
        return Nanoseconds(seconds: seconds)
    }

    fileprivate func checkWarmup(_ load: Profile.Load) throws(ProfileError) {
        guard let warmup = self["warmup"], load.warmup >= load.length else { return }
        throw warmup.error(
            "must be shorter than the load, which lasts \(DurationText.words(load.length))")
    }
}

extension Field {
    /// Whether arrivals are Poisson.
    fileprivate func arrivals() throws(ProfileError) -> Bool {
        try word(["poisson", "constant"]) == "poisson"
    }
}
