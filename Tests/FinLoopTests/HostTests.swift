import Foundation
import Testing

@testable import FinLoop

/// How many cores a control group grants.
@Suite struct HostTests {
    @Test("the processors that we may use are some, ascending, each once")
    func allowedProcessors() {
        let found = Host.allowedProcessors
        #expect(!found.isEmpty && found == Array(Set(found)).sorted())
    }

    @Test("top -H shows a thread's name, its first 15 bytes")
    func threadName() async throws {
        let shown = await withCheckedContinuation { continuation in
            PlainThread.start(name: "finbench-name-of-thread") {
                continuation.resume(
                    returning: Result {
                        try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8)
                    })
            }
        }
        #expect(try shown.get() == "finbench-name-o\n")
    }

    @Test("cpu.max as the kernel writes it, and anything else as no limit")
    func grantedCores() {
        #expect(Host.grantedCores(cpuMax: "150000 100000\n") == 1.5)
        #expect(Host.grantedCores(cpuMax: "400000 100000") == 4)
        #expect(Host.grantedCores(cpuMax: "max 100000\n") == .infinity)
        #expect(Host.grantedCores(cpuMax: "") == .infinity)
        #expect(Host.grantedCores(cpuMax: "1 0") == .infinity)
    }
}
