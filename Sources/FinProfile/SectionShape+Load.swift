extension SectionShape {
    static let load = SectionShape([
        KeyShape(
            name: "arrivals", value: .either([.word(["poisson", "constant"]), .whole(.trace)]),
            summary: "poisson: when users like; constant: evenly; or {trace: arrivals.csv}",
            example: "poisson", rivals: ["concurrency", "ramp"],
            sectionRivals: ["rate", "stages", "duration"]),
        KeyShape(
            name: "stages", value: .list(.either(stageShapes.map(ValueShape.whole))),
            summary: "rates over time, each stage from the rate that the one before ended with",
            example: "[{ramp_to: 50/s, over: 30s}, {hold: 2m}]",
            rivals: ["rate", "duration", "concurrency", "ramp"]),
        KeyShape(
            name: "rate", value: .quantity(.rate, isPositive: true),
            summary: "conversations begun, at one rate", example: "50/s",
            rivals: ["stages", "concurrency", "ramp"]),
        KeyShape(
            name: "duration", value: .quantity(.duration, isPositive: true),
            summary: "how long conversations are begun", example: "2m"),
        KeyShape(
            name: "conversations", value: .count(1...100_000_000),
            summary: "so many at the most; none: as many as the arrivals give", example: "300"),
        KeyShape(
            name: "concurrency", value: .count(1...1_000_000),
            summary: "a closed load: so many conversations at any time", example: "200",
            rivals: ["stages", "rate", "arrivals"]),
        KeyShape(
            name: "ramp", value: .quantity(.duration, isPositive: false),
            summary: "the time over which a closed load is reached", example: "10s"),
        KeyShape(
            name: "warmup", value: .quantity(.duration, isPositive: false),
            summary: "the first part, kept apart in every output", standard: "0s"),
        KeyShape(
            name: "drain", value: .quantity(.duration, isPositive: false),
            summary: "waits so long for what is open; none: the turn timeout", example: "30s"),
        KeyShape(
            name: "max_in_flight", value: .count(1...1_000_000),
            summary: "conversations open at the most; a start above it is blocked, and counted",
            standard: "10000"),
        KeyShape(
            name: "seed", value: .seed, summary: "the seed of every draw of the plan",
            standard: "1"),
    ])

    static let trace = SectionShape([
        KeyShape(
            name: "trace", value: .path, summary: "a file with one start a line", isRequired: true)
    ])

    /// Every key of a stage; `stageShapes` says which stand together.
    static let stage = SectionShape(
        ["ramp_to", "over", "hold", "step_to", "spike_to", "for"].map { stageKey($0) })

    /// The forms of a stage.
    static let stageShapes: [SectionShape] = [
        ["ramp_to", "over"], ["hold"], ["step_to"], ["step_to", "hold"], ["spike_to", "for"],
    ].map { SectionShape($0.map { stageKey($0) }) }

    private static func stageKey(_ name: String) -> KeyShape {
        let isRate = name.hasSuffix("_to")
        let value = ValueShape.quantity(isRate ? .rate : .duration, isPositive: !isRate)
        return KeyShape(
            name: name, value: value, summary: isRate ? "the rate reached" : "how long",
            isRequired: true)
    }
}
