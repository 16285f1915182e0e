private import Dispatch
private import Synchronization

/// Work on all processors at once.
enum Parallel {
    /// Transforms each element, on as many threads as there are processors.
    ///
    /// Elements are begun in their order: the longest work belongs to the front.
    /// - Returns: the results, in the elements' order.
    /// - Throws: what the first of them in that order throws, once all are through.
    static func map<Element: Sendable, Output: Sendable>(
        _ elements: [Element], _ transform: @Sendable (Element) throws -> Output
    ) throws -> [Output] {
        let found = Mutex([Result<Output, any Error>?](repeating: nil, count: elements.count))
        DispatchQueue.concurrentPerform(iterations: elements.count) { index in
            let result = Result { try transform(elements[index]) }
            found.withLock { $0[index] = result }
        }
        return try found.withLock { $0 }.compactMap { try $0?.get() }
    }
}
