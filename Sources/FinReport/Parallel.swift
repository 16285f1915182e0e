private import Dispatch
private import Synchronization

/// Work on all processors at once.
enum Parallel {
    /// Transforms each element, on as many threads as there are processors.
    ///
    /// Elements are begun in their order: the longest work belongs to the front.
    /// - Returns: the results, in the elements' order.
    /// - Throws: what the first of them in that order throws, once all are through.
    static func map<Element: Sendable, Output: Sendable, Failure: Error>(
        _ elements: [Element], _ transform: @Sendable (Element) throws(Failure) -> Output
    ) throws(Failure) -> [Output] {
        let found = Mutex([Result<Output, Failure>?](repeating: nil, count: elements.count))
        DispatchQueue.concurrentPerform(iterations: elements.count) { index in
            let result = Result { () throws(Failure) in try transform(elements[index]) }
            found.withLock { $0[index] = result }
        }
        var outputs: [Output] = []
        for result in found.withLock({ $0 }) {
            if let result { outputs.append(try result.get()) }
        }
        return outputs
    }
}
