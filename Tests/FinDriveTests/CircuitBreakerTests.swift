import FinMeasure
import Testing

@testable import FinDrive
@testable import FinLoop

/// Connect storms are stopped, and the way back is found.
@Suite struct CircuitBreakerTests {
    private static func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker()
        for _ in 0..<CircuitBreaker.failureLimit { breaker.failed(at: at(0)) }
        return breaker
    }

    @Test("forty-nine failures in a row change nothing, the fiftieth does")
    func limit() {
        var breaker = CircuitBreaker()
        for _ in 0..<49 { breaker.failed(at: at(0)) }
        let before = breaker.admits(at: at(0))
        breaker.failed(at: at(0))
        let after = breaker.admits(at: at(0))
        #expect(before && !after)
    }

    @Test("one connection in between starts the count again")
    func success() {
        var breaker = CircuitBreaker()
        for _ in 0..<49 { breaker.failed(at: at(0)) }
        breaker.succeeded()
        for _ in 0..<49 { breaker.failed(at: at(0)) }
        let admitted = breaker.admits(at: at(0))
        #expect(admitted)
    }

    @Test("after the pause one start probes; the others wait for what it finds")
    func probe() {
        var breaker = CircuitBreakerTests.opened()
        let answers = [249, 250, 251, 10_000].map { breaker.admits(at: at($0)) }
        #expect(answers == [false, true, false, false])
        breaker.succeeded()
        let after = [0, 1].map { breaker.admits(at: at(10_000 + $0)) }
        #expect(after == [true, true])
    }

    @Test("each failed probe doubles the pause, up to eight seconds")
    func doubling() {
        var breaker = CircuitBreakerTests.opened()
        var now = at(250)
        for pause: Int64 in [500, 1000, 2000, 4000, 8000, 8000] {
            let isAdmitted = breaker.admits(at: now)
            #expect(isAdmitted)
            breaker.failed(at: now)
            now = now + .milliseconds(pause)
            let isEarly = breaker.admits(at: now - Nanoseconds(1))
            #expect(!isEarly)
        }
    }

    @Test(
        "a probe that ends without an answer lets the next one probe",
        arguments: [TransferEnd.hungUp, .tlsFailed])
    func learnedNothing(end: TransferEnd) {
        var breaker = CircuitBreakerTests.opened()
        _ = breaker.admits(at: at(250))
        breaker.take(end, at: at(300))
        let answers = [301, 302].map { breaker.admits(at: at($0)) }
        #expect(answers == [true, false])
    }

    @Test(
        "a probe that had a connection closes the breaker, however it ended",
        arguments: [TransferEnd.complete, .connectionLost, .notHTTP])
    func connected(end: TransferEnd) {
        var breaker = CircuitBreakerTests.opened()
        _ = breaker.admits(at: at(250))
        breaker.take(end, at: at(300))
        let answers = [301, 302].map { breaker.admits(at: at($0)) }
        #expect(answers == [true, true])
    }

    @Test(
        "a probe without a connection keeps it open",
        arguments: [TransferEnd.connectFailed, .connectTimeout])
    func unconnected(end: TransferEnd) {
        var breaker = CircuitBreakerTests.opened()
        _ = breaker.admits(at: at(250))
        breaker.take(end, at: at(300))
        let answers = [301, 799, 800].map { breaker.admits(at: at($0)) }
        #expect(answers == [false, false, true])
    }

    @Test("a connection that stood before and died says nothing of new ones")
    func reused() {
        var breaker = CircuitBreakerTests.opened()
        _ = breaker.admits(at: at(250))
        breaker.take(.connectionLost, isReused: true, at: at(300))
        let answers = [301, 302].map { breaker.admits(at: at($0)) }
        #expect(answers == [true, false])
    }
}
