public import Testing

/// Runs tests on threads of their own, and only so many test functions at a time.
public struct OwnThreads: TestTrait, SuiteTrait, TestScoping {
    private let threads: TestThreads
    private let gate: Gate

    /// - Parameters:
    ///   - name: of the threads.
    ///   - count: how many threads.
    ///   - width: how many test functions at a time; the cases of one run together.
    private init(_ name: String, count: Int, width: Int) {
        threads = TestThreads(name, count: count)
        gate = Gate(width)
    }

    fileprivate static let heavyTests = OwnThreads("heavy test", count: 2, width: 2)
    fileprivate static let socketTests = OwnThreads("socket test", count: 4, width: 4)
    fileprivate static let commandTests = OwnThreads("command test", count: 4, width: 4)

    /// A suite hands the trait down to its tests.
    public var isRecursive: Bool { true }

    /// Once a function and once a case.
    public func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? {
        test.isSuite ? nil : self
    }

    /// Lets a test function begin, or runs one of its cases.
    ///
    /// The wait at the gate is outside the time limit of the cases; inside it each is a task of its
    /// own, that must be told anew where to run.
    public func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        if testCase == nil { return try await gate.pass(function) }
        try await withTaskExecutorPreference(threads) { try await function() }
    }
}

extension Trait where Self == OwnThreads {
    /// For tests that compute for a tenth of a second or more: all others go on meanwhile.
    public static var heavy: Self { .heavyTests }

    /// For tests that wait for what comes over sockets: no test that computes holds them up.
    public static var sockets: Self { .socketTests }

    /// For tests that start programs and wait for them.
    public static var commands: Self { .commandTests }
}
