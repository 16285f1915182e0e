import Synchronization
import Testing

@testable import FinDrive

/// What serves beside a run, and how its end is noticed.
@Suite struct RunServiceTests {
    private struct Fall: Error, CustomStringConvertible { let description = "the socket is gone" }

    /// A service whose end the test decides.
    private struct Served {
        let end: AsyncStream<Void>.Continuation
        let service: RunService
        let wasCancelled = Flag()

        init(falls: Bool) {
            let (ends, end) = AsyncStream.makeStream(of: Void.self)
            self.end = end
            let wasCancelled = wasCancelled
            service = RunService("the receiver") { ready in
                ready("http://here")
                for await _ in ends {}
                if Task.isCancelled { wasCancelled.raise() }
                if falls { throw Fall() }
            }
        }
    }

    @Test("a service that outlives the work is ended, and nothing is said of it")
    func well() async throws {
        let served = Served(falls: false)
        let outcome = try await served.service.with(onDeath: { _ in Issue.record("it lived") }) {
            $0 + "!"
        }
        #expect(outcome.value == "http://here!" && outcome.lastWords == nil)
        #expect(served.wasCancelled.isRaised)
    }

    @Test(
        "one that ends in the middle tells the work at once, with its last words",
        arguments: [
            false, true,
        ])
    func death(falls: Bool) async throws {
        let served = Served(falls: falls)
        let (told, tell) = AsyncStream.makeStream(of: String.self)
        let outcome = try await served.service.with(onDeath: { tell.yield($0) }) { _ in
            served.end.finish()
            // The work ends because it is told to.
            var words = told.makeAsyncIterator()
            return await words.next()
        }
        let words = "the receiver ended before the run did" + (falls ? ": the socket is gone" : "")
        #expect(outcome.value == words && outcome.lastWords == words)
    }

    @Test("what keeps it from its begin is thrown, and no work begins")
    func unready() async {
        let refused = RunService("the receiver") { _ in throw Fall() }
        await #expect(throws: Fall.self) {
            _ = try await refused.with(onDeath: { _ in }) { _ in Issue.record("it began") }
        }
        let silent = RunService("the receiver") { _ in }
        let error = await #expect(throws: RunService.Unready.self) {
            _ = try await silent.with(onDeath: { _ in }) { _ in Issue.record("it began") }
        }
        #expect(error?.description == "the receiver ended before it began")
    }

    @Test("work that fails ends the service, and its error is the one that counts")
    func failure() async {
        let served = Served(falls: true)
        await #expect(throws: CancellationError.self) {
            _ = try await served.service.with(onDeath: { _ in }) { _ in
                throw CancellationError()
            }
        }
        #expect(served.wasCancelled.isRaised)
    }
}
