internal import FinMeasure

/// The workspace's connectors and the newest results of their executions, in bounded memory.
///
/// At most 1,000 connectors of 64 KiB and 10,000 results of 4 KiB: about 100 MB at the very worst.
/// A new one above the bound takes the place of the one that lay still for longest.
struct ConnectorStore {
    static let connectorLimit = 1000
    static let resultLimit = 10_000
    /// What a stored definition may have, in bytes of its JSON.
    static let definitionLimit = 64 << 10

    private var connectors: [Int: Connector] = [:]
    private var newestConnector = Simulator.firstConnector - 1
    // Invariant: ids ascend by one; the first one is at `head`, those before it are forgotten.
    private var results: [ExecutionResult] = []
    private var head = 0
    private var newestResult = 90_000

    var count: Int { connectors.count }
    var resultCount: Int { results.count - head }

    subscript(id: String) -> Connector? {
        // "007" names nobody: ids are text.
        Int(id).flatMap { String($0) == id ? connectors[$0] : nil }
    }

    /// Takes a new connector; forgets the stalest unused one above the bound.
    mutating func add(
        _ version: ConnectorVersion, isLive: Bool = false, isInUse: Bool = false, now: UInt64
    ) -> Connector {
        newestConnector += 1
        let made = Connector(
            draft: version, live: isLive ? version : nil, id: newestConnector, created: now,
            updated: now, isInUse: isInUse)
        connectors[made.id] = made
        if connectors.count > ConnectorStore.connectorLimit,
            let stalest = connectors.values.filter({ !$0.isInUse })
                .min(by: { place($0) < place($1) })
        {
            connectors[stalest.id] = nil
        }
        return made
    }

    mutating func update(_ connector: Connector) { connectors[connector.id] = connector }

    mutating func remove(_ connector: Connector) { connectors[connector.id] = nil }

    /// A page, the newest update first.
    ///
    /// What is made meanwhile comes before every cursor, so nothing is shown twice or left out. An
    /// update moves a connector to the front: one that changes between two pages can be missed.
    func page(size: Int, after cursor: PageCursor?) -> PageSlice<Connector> {
        let sorted = connectors.values.sorted { place($0) > place($1) }
        return PageSlice(sorted, size: size, after: cursor, place: place)
    }

    private func place(_ connector: Connector) -> PageCursor {
        PageCursor(seconds: connector.updated, id: connector.id)
    }

    // MARK: executions

    /// Numbers a result and keeps it; the oldest gives way above the bound.
    mutating func add(_ result: ExecutionResult) -> ExecutionResult {
        newestResult += 1
        var numbered = result
        numbered.id = newestResult
        results.append(numbered)
        if resultCount > ConnectorStore.resultLimit { head += 1 }
        if head > ConnectorStore.resultLimit {
            results.removeFirst(head)
            head = 0
        }
        return numbered
    }

    func result(_ id: String, of connector: Connector) -> ExecutionResult? {
        guard let number = Int(id), String(number) == id, let first = results.first,
            (first.id + head...newestResult).contains(number)
        else { return nil }
        let result = results[number - first.id]
        return result.connectorID == connector.id ? result : nil
    }

    /// A page, the newest first: a result never moves, so each is shown once as long as it is kept.
    func results(
        of connector: Connector, _ filter: ExecutionFilter, size: Int, after cursor: PageCursor?
    ) -> PageSlice<ExecutionResult> {
        let matching = results[head...].reversed().lazy
            .filter { $0.connectorID == connector.id && filter.takes($0) }
        return PageSlice(matching, size: size, after: cursor) {
            PageCursor(seconds: $0.created, id: $0.id)
        }
    }
}
