import FinMeasure
import FinTestSupport
import Testing

@Suite struct UTCStampTests {
    @Test("what is written as UTC is read back to the nanosecond", arguments: 0..<200)
    func roundTrip(round: Int) {
        var random = TestSeed.generator(round)
        let instant = random.next() % 7_000_000_000_000_000_000
        var stamp = UTCStamp()
        let text = String(decoding: stamp.bytes(unixNanoseconds: instant), as: UTF8.self)
        #expect(UTCStamp.unixNanoseconds(text) == instant, "\(TestSeed.note)")
        let short = UTCStamp.milliseconds(unixNanoseconds: instant)
        #expect(UTCStamp.unixNanoseconds(short) == instant / 1_000_000 * 1_000_000)
    }

    @Test(
        "nothing else is an instant",
        arguments: [
            "", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
            "2026-01-01T00:00:00", "2026-01-01T00:00:00+01:00", "2026-01-01 00:00:00Z",
            "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "1969-12-31T23:59:59Z",
            "2026-01-01T00:00:0xZ", "tomorrow",
        ])
    func refused(text: String) {
        #expect(UTCStamp.unixNanoseconds(text) == nil)
    }

    @Test("a leap day and a whole second")
    func known() {
        #expect(UTCStamp.unixNanoseconds("2000-02-29T00:00:00Z") == 951_782_400_000_000_000)
        #expect(UTCStamp.unixNanoseconds("2026-02-03T09:15:07.5Z") == 1_770_110_107_500_000_000)
    }
}
