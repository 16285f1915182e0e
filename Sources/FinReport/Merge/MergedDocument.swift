internal import FinMeasure

/// `run.json` of a merged run.
enum MergedDocument {
    /// Joins the documents of slices that were checked to be of one plan.
    static func make(
        _ inputs: [MergeInput], _ time: MergeTime, users: Int?, receiver: RunDocument.Webhooks?
    ) -> RunDocument {
        let slices = inputs.flatMap(\.slices).sorted { $0.index < $1.index }
        precondition(!slices.isEmpty, "a merge has at least one slice")
        var document = inputs[0].document
        let count = document.sliceCount
        let isWhole = slices.count == count
        document.runID = slices[0].runID
        document.shard =
            isWhole ? .init(index: 0, count: 1) : .init(index: slices[0].index, count: count)
        document.slices = slices
        document.host = host(slices)
        document.clock = clock(slices[0], time)
        document.clockState = nil
        document.loss = nil
        document.labels = inputs.dropFirst().reduce(document.labels) { labels, input in
            labels.filter { input.document.labels[$0.key] == $0.value }
        }
        if Set(inputs.map(\.document.target.url)).count > 1 {
            document.target.url = inputs.map(\.document.target.url).min() ?? ""
        }
        document.plan.conversations = inputs.reduce(0) { $0 + $1.document.plan.conversations }
        document.plan.lengthSeconds = (length(inputs[0]) + time.spread).seconds
        document.startedAt = UTCStamp.milliseconds(unixNanoseconds: UInt64(max(0, time.zero)))
        document.endedAt = inputs.compactMap(\.document.endedAt).max()
        document.totals = MergedTotals.sum(inputs, users: users, receiver: receiver)
        document.verdict = nil
        document.warnings = []
        return document
    }

    /// A slice's arrivals, without what an earlier merge added for slices that began apart.
    ///
    /// In whole nanoseconds: added and taken off again as a Double, a merge of merges would differ in the
    /// last digit. A damaged file may say anything: a year is the most.
    private static func length(_ input: MergeInput) -> Nanoseconds {
        let zeros = input.slices.map { Int64(clamping: $0.clock.unixNanoseconds) }
        let spread = Nanoseconds((zeros.max() ?? 0) - (zeros.min() ?? 0))
        let seconds = min(max(0, input.document.plan.lengthSeconds), 365 * 86_400)
        return Nanoseconds(seconds: seconds) - spread
    }

    /// The merged zero on the first slice's monotonic clock.
    private static func clock(
        _ first: RunDocument.Slice, _ time: MergeTime
    ) -> RunDocument.ClockAnchor {
        let ahead = Int64(clamping: first.clock.unixNanoseconds) - time.zero
        let monotonic = Int64(clamping: first.clock.monotonicNanoseconds) - ahead
        return .init(
            monotonicNanoseconds: UInt64(max(0, monotonic)),
            unixNanoseconds: UInt64(max(0, time.zero)))
    }

    /// The machine, or what several of them are together.
    private static func host(_ slices: [RunDocument.Slice]) -> RunDocument.Host {
        var hosts: [RunDocument.Host] = []
        for slice in slices where !hosts.contains(where: { $0.name == slice.host.name }) {
            hosts.append(slice.host)
        }
        if hosts.count == 1 { return hosts[0] }
        let names =
            hosts.count > 8
            ? "\(hosts.count) machines"
            : hosts.map(\.name)
                .joined(separator: ", ")
        return RunDocument.Host(
            name: names, system: Set(hosts.map(\.system)).sorted().joined(separator: ", "),
            processors: hosts.reduce(0) { $0 + $1.processors },
            memoryBytes: hosts.reduce(0) { $0 + $1.memoryBytes })
    }
}
