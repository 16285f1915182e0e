import FinMeasure

extension Field {
    /// Reads `load.stages`: steps that each begin at the rate the one before ended with.
    func stages() throws(ProfileError) -> [Profile.Load.Stage] {
        var builder = StageBuilder()
        for field in try list(of: "stages") { try builder.add(field) }
        if let step = builder.pendingStep {
            throw step.error("has no length: add hold, such as {step_to: 80/s, hold: 2m}")
        }
        if builder.stages.allSatisfy({ $0.startRate == 0 && $0.endRate == 0 }) {
            throw error("has no rate above 0 per second")
        }
        return builder.stages
    }
}

/// Turns the words of stages into rates over time.
private struct StageBuilder {
    var stages: [Profile.Load.Stage] = []
    /// A step that no hold has followed yet.
    var pendingStep: Field?
    /// The rate at the end of what was read; nil before any was named.
    private var rate: Double?

    mutating func add(_ field: Field) throws(ProfileError) {
        let section = try Section(field, .stage)
        switch Set(section.keys) {
        case ["ramp_to", "over"]: try ramp(section)
        case ["hold"]: try hold(section)
        case ["step_to"]: try step(section)
        case ["step_to", "hold"]:
            try step(section)
            try hold(section)
        case ["spike_to", "for"]: try spike(section)
        default:
            throw field.error(
                "must be one of: {ramp_to: 50/s, over: 30s}, {hold: 2m}, "
                    + "{step_to: 80/s, hold: 2m}, {spike_to: 200/s, for: 10s}")
        }
    }

    private mutating func ramp(_ section: Section) throws(ProfileError) {
        let end = try section.required("ramp_to", "a rate").rate()
        let length = try section.required("over", "a duration").positiveDuration()
        append(from: rate ?? 0, to: end, length)
    }

    private mutating func hold(_ section: Section) throws(ProfileError) {
        let field = try section.required("hold", "a duration")
        guard let rate else {
            throw field.error("comes before any rate: begin with ramp_to or step_to")
        }
        append(from: rate, to: rate, try field.positiveDuration())
    }

    private mutating func step(_ section: Section) throws(ProfileError) {
        let field = try section.required("step_to", "a rate")
        if let pendingStep {
            throw pendingStep.error("has no length: add hold, such as {step_to: 80/s, hold: 2m}")
        }
        rate = try field.rate()
        pendingStep = field
    }

    private mutating func spike(_ section: Section) throws(ProfileError) {
        let height = try section.required("spike_to", "a rate").rate()
        let length = try section.required("for", "a duration").positiveDuration()
        let before = rate ?? 0
        append(from: height, to: height, length)
        rate = before
    }

    private mutating func append(from start: Double, to end: Double, _ length: Nanoseconds) {
        stages.append(.init(startRate: start, endRate: end, length: length))
        rate = end
        pendingStep = nil
    }
}
