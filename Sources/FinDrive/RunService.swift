/// Something that serves beside a run: it listens before the run begins and until the run is over.
///
/// Its end in the middle is noticed: whoever runs is told at once, and knows of it at the end.
public struct RunService: Sendable {
    /// What work beside a service came to.
    public struct Outcome<Value: Sendable>: Sendable {
        /// What the work came to.
        public var value: Value
        /// How the service ended before the work did; nil when all was well.
        public var lastWords: String?
    }

    /// A service that ended before it was reached by anybody.
    public struct Unready: Error, CustomStringConvertible, Sendable {
        /// Which one.
        public let description: String
    }

    private let name: String
    private let serve: @Sendable (@escaping @Sendable (String) -> Void) async throws -> Void

    /// - Parameters:
    ///   - name: what messages call it, such as `the webhook receiver`.
    ///   - serve: serves until its task is cancelled; calls its argument once, with its URL.
    public init(
        _ name: String,
        serve: @escaping @Sendable (@escaping @Sendable (String) -> Void) async throws -> Void
    ) {
        self.name = name
        self.serve = serve
    }

    /// Serves while `body` works with the URL.
    ///
    /// - Parameter onDeath: called when the service ends before `body` does, with words for a person;
    ///   any thread.
    /// - Throws: what `body` throws; what kept the service from its begin, or `Unready`.
    public func with<Value: Sendable>(
        onDeath: @escaping @Sendable (String) -> Void,
        body: @escaping @Sendable (String) async throws -> Value
    ) async throws -> Outcome<Value> {
        let (ready, listening) = AsyncStream.makeStream(of: String.self)
        let serving = Task { [serve] in
            defer { listening.finish() }
            try await serve { listening.yield($0) }
        }
        var urls = ready.makeAsyncIterator()
        guard let url = await urls.next() else {
            try await serving.value
            throw Unready(description: "\(name) ended before it began")
        }
        let isOver = Flag()
        let watching = Task { await watch(serving, isOver, onDeath) }
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(url))
        } catch {
            result = .failure(error)
        }
        isOver.raise()
        serving.cancel()
        let lastWords = await watching.value
        return Outcome(value: try result.get(), lastWords: lastWords)
    }

    /// Waits for the end; nil when it came after the work's.
    private func watch(
        _ serving: Task<Void, any Error>, _ isOver: Flag,
        _ onDeath: @Sendable (String) -> Void
    ) async -> String? {
        let result = await serving.result
        if isOver.isRaised { return nil }
        var words = "\(name) ended before the run did"
        if case .failure(let error) = result { words += ": \(error)" }
        onDeath(words)
        return words
    }
}
