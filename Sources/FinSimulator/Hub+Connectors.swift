internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// A call of the data connectors' family.
struct ConnectorCall {
    let path: ConnectorPath
    let version: String?
    /// One of the path's own.
    let method: String
    let query: ConnectorQuery
    let body: ByteBuffer
}

// Data connectors and what became of their executions.
extension Hub {
    /// Answers a call.
    func accept(
        _ call: ConnectorCall, _ standing: RateLimiter.Standing?
    ) throws(APIError) -> (status: Int, body: [UInt8]) {
        if let standing, standing.isExceeded { throw .rateLimited(standing.limit) }
        _ = try version(call.version)
        let now = Clock.unixNanoseconds() / 1_000_000_000
        switch (call.path, call.method) {
        case (.all, "POST"): return (201, try make(call, now))
        case (.all, _): return (200, try list(call.query))
        case (.one(let id), "PATCH"): return (200, try update(try connector(id), call, now))
        case (.one(let id), "DELETE"): return (200, try delete(try connector(id)))
        case (.one(let id), _):
            let version = try call.query.version()
            return (200, ConnectorJSON.bytes(try connector(id).detail(version)))
        case (.results(let id), _):
            return (200, try results(try connector(id), call.query, now))
        case (.result(let connectorID, let id), _):
            return (200, try result(id, of: try connector(connectorID)))
        }
    }

    private func connector(_ id: String) throws(APIError) -> Connector {
        guard let connector = connectors[id] else { throw .connectorNotFound }
        return connector
    }

    private func request(_ call: ConnectorCall) throws(APIError) -> ConnectorRequest {
        if call.body.readableBytes > ConnectorStore.definitionLimit {
            throw .unprocessable("A data connector may have 64 KiB")
        }
        return try ConnectorRequest.parse(Data(call.body.readableBytesView))
    }

    private func make(_ call: ConnectorCall, _ now: UInt64) throws(APIError) -> [UInt8] {
        let version = try request(call).made()
        return ConnectorJSON.bytes(connectors.add(version, now: now).detail(.draft))
    }

    private func list(_ query: ConnectorQuery) throws(APIError) -> [UInt8] {
        let size = try query.pageSize(standard: 20, most: 50)
        let page = connectors.page(size: size, after: try query.cursor())
        return ConnectorJSON.bytes(CursorPage(page.map(\.item)))
    }

    private func update(
        _ old: Connector, _ call: ConnectorCall, _ now: UInt64
    ) throws(APIError) -> [UInt8] {
        let request = try request(call)
        var connector = old
        request.change(&connector.draft)
        switch request.state.flatMap(Connector.State.init) {
        case .live: connector.live = connector.draft
        case .draft:
            if connector.isInUse { throw .connectorInUse("set to draft") }
            connector.live = nil
        case nil:
            if settings.connectors?.editsLive == true, connector.live != nil {
                connector.live = connector.draft
            }
        }
        connector.updated = now
        connectors.update(connector)
        return ConnectorJSON.bytes(connector.detail(.draft))
    }

    private func delete(_ connector: Connector) throws(APIError) -> [UInt8] {
        if connector.isInUse { throw .connectorInUse("deleted") }
        if connector.state == .live { throw .notDraft }
        connectors.remove(connector)
        return Array(
            "{\"id\":\"\(connector.id)\",\"object\":\"data_connector\",\"deleted\":true}".utf8)
    }

    private func results(
        _ connector: Connector, _ query: ConnectorQuery, _ now: UInt64
    ) throws(APIError) -> [UInt8] {
        let size = try query.pageSize(standard: 10, most: 30)
        let withBodies = try query.includesBodies()
        let page = connectors.results(
            of: connector, try query.filter(now: now), size: size, after: try query.cursor())
        return ConnectorJSON.bytes(CursorPage(page.map { $0.json(withBodies: withBodies) }))
    }

    private func result(_ id: String, of connector: Connector) throws(APIError) -> [UInt8] {
        guard let result = connectors.result(id, of: connector) else { throw .resultNotFound }
        return ConnectorJSON.bytes(result.json(withBodies: true))
    }
}
