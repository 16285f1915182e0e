/// What the load thread asks of the Swift runtime for each event: retains, releases, objects.
///
/// Counted twice with the same conversations, short and long: what a conversation costs besides falls
/// out of the difference.
struct ReferenceCounts {
    private let options: Options
    private let conversations = 400
    private let few = 10
    private let many = 110

    init(_ options: Options) { self.options = options }

    /// Counts events that have a read each, and events of one read.
    func measure(into table: inout ScaleTable) throws {
        try measure("events that come one by one", interval: 1_000, into: &table)
        try measure("events of one read", interval: 0, into: &table)
    }

    private func measure(_ name: String, interval: Int, into table: inout ScaleTable) throws {
        let short = try converse(few, interval)
        let long = try converse(many, interval)
        let events = Double(long.events - short.events)
        guard long.references > 0, events > 0 else { throw Failure("nothing was counted") }
        let share = "\(long.coalesced * 100 / long.events) % of them shared a read"
        let references = (Double(long.references) - Double(short.references)) / events
        let objects = (Double(long.objects) - Double(short.objects)) / events
        table.add(
            .references, "retains and releases an event, \(name)", [references], "",
            .atMost(0.01), note: share)
        table.add(.references, "objects made an event, \(name)", [objects], "", .atMost(0.01))
        table.add(
            .references, "retains and releases a conversation of \(few) chunks, \(name)",
            [Double(short.references) / Double(conversations)], "")
    }

    private func converse(_ chunks: Int, _ interval: Int) throws -> DriveFigures {
        let server = try Server(options, ["--chunks", "\(chunks)", "--interval-us", "\(interval)"])
        let figures = try Programs.drive([
            "--url", server.url, "--core", "\(options.clientCore)", "--seed", "\(options.seed)",
            "--references", "yes", "--load", "concurrency: 30", "--load", "duration: 60s", "--load",
            "drain: 20s", "--load", "conversations: \(conversations)",
        ])
        _ = try server.stop()
        guard figures.done == conversations else {
            throw Failure("of \(conversations) turns \(figures.done) ended well")
        }
        return figures
    }
}
