/// Runs a server while `body` talks to it, then ends it.
///
/// The server is a child of the calling test and runs on the test's own threads.
/// - Parameters:
///   - server: serves until it is cancelled; hands over its address once it takes requests.
///   - body: gets that address.
/// - Throws: what `body` or the server throws, or `ServerEnded`.
public func withServer<Result: Sendable>(
    _ server:
        @escaping @Sendable (_ onReady: @escaping @Sendable (String) -> Void) async throws -> Void,
    _ body: (_ address: String) async throws -> Result
) async throws -> Result {
    let (ready, announce) = AsyncStream.makeStream(of: String.self)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { announce.finish() }
            try await server { announce.yield($0) }
        }
        guard let address = await ready.first(where: { _ in true }) else {
            try await group.waitForAll()
            throw ServerEnded()
        }
        let result = try await body(address)
        group.cancelAll()
        try await group.waitForAll()
        return result
    }
}

/// A server ended before it took requests, and did not say why.
public struct ServerEnded: Error, CustomStringConvertible {
    /// That, in words.
    public var description: String { "the server ended before it took requests" }
}
