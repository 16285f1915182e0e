import FinLoop
import FinMeasure
import Testing

@Suite struct CoreWaitTests {
    @Test("the time without a core only grows, where the kernel counts it")
    func grows() {
        let wait = CoreWait()
        guard let before = wait.nanoseconds else { return }
        var sum = 0
        for number in 0..<100_000 { sum &+= number }
        #expect(sum > 0)
        #expect((wait.nanoseconds ?? 0) >= before)
    }

    @Test("one instant on both clocks is that of the wall clock")
    func anchor() {
        let before = Clock.unixNanoseconds()
        let (monotonic, unix) = Clock.anchor()
        let after = Clock.unixNanoseconds()
        #expect(unix + 1_000_000 >= before && unix <= after + 1_000_000)
        #expect(monotonic <= Clock.now())
    }
}
