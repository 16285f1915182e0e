import Glibc
import Testing

@testable import FinLoop

/// System calls' answers, read in one place.
@Suite struct SystemCallTests {
    private func answer(_ error: Int32) -> SystemCall.Result {
        SystemCall.run("test") {
            errno = error
            return -1
        }
    }

    @Test("an interrupted call is made again until it is not")
    func interrupted() {
        var count = 0
        let result = SystemCall.run("test") {
            count += 1
            errno = EINTR
            return count < 5 ? -1 : 42
        }
        guard case .value(let value) = result else {
            Issue.record("no value")
            return
        }
        #expect(value == 42)
        #expect(count == 5)
    }

    @Test("would-block is an answer, not a failure")
    func wouldBlock() {
        guard case .wouldBlock = answer(EAGAIN) else {
            Issue.record("not would-block")
            return
        }
    }

    @Test("a failure keeps its number and has words", arguments: [EMFILE, ENOMEM])
    func failed(error: Int32) {
        guard case .failed(errno: let number) = answer(error) else {
            Issue.record("not failed")
            return
        }
        #expect(number == error)
        #expect(!SystemCall.describe(error).isEmpty)
    }

    @Test("a bad descriptor is our bug")
    func bug() async {
        await #expect(processExitsWith: .failure) {
            _ = SystemCall.run("test") {
                errno = EBADF
                return -1
            }
        }
    }

    @Test("a host's refusal says what failed, why and what to do")
    func words() {
        let error = LoopError(
            operation: "eventfd", errno: EMFILE, advice: "raise the open-file limit")
        #expect(
            error.description == "eventfd failed: Too many open files; raise the open-file limit")
        let plain = LoopError(operation: "this", errno: 0, advice: "do that")
        #expect(plain.description == "this failed; do that")
    }
}
