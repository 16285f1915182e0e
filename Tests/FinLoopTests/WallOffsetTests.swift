import FinMeasure
import Testing

@testable import FinLoop

/// Steps of the wall clock are seen, its drift is followed.
@Suite struct WallOffsetTests {
    /// Takes a sample `seconds` after boot, the wall clock off by so much from where it was at first.
    private func take(_ offset: inout WallOffset, _ seconds: UInt64, off: Int64) {
        let now = Instant(nanoseconds: seconds * 1_000_000_000)
        let wall = Int64(1_770_000_000_000_000_000) + Int64(now.nanoseconds) + off
        offset.take(
            wall: UInt64(wall), before: now - Nanoseconds(40), after: now + Nanoseconds(40))
    }

    @Test("drift is not a step, however far it leads")
    func drift() {
        var offset = WallOffset()
        for second in 1...1000 {
            take(&offset, UInt64(second), off: Int64(second) * 50_000)
            #expect(offset.isSteady)
        }
        #expect(offset.stepCount == 0)
        #expect(offset.nanoseconds == 1_770_000_000_000_000_000 + 50_000_000)
    }

    @Test("each step counts once and makes one wake-up unsteady", arguments: [50_001, -50_001])
    func step(size: Int64) {
        var offset = WallOffset()
        take(&offset, 1, off: 0)
        #expect(offset.isSteady)
        take(&offset, 2, off: size)
        #expect(!offset.isSteady)
        take(&offset, 3, off: size)
        #expect(offset.isSteady)
        take(&offset, 4, off: 0)
        #expect(!offset.isSteady)
        #expect(offset.stepCount == 2)
    }

    @Test("a kernel stamp becomes the instant that the monotonic clock had")
    func monotonic() {
        var offset = WallOffset()
        take(&offset, 100, off: 0)
        let stamp: UInt64 = 1_770_000_000_000_000_000 + 99_000_000_123
        #expect(
            offset.monotonic(unixNanoseconds: stamp) == Instant(nanoseconds: 99_000_000_123))
        #expect(offset.monotonic(unixNanoseconds: 5) == Instant(nanoseconds: 0))
    }

    @Test("the largest error since it was asked for last is half the widest sample")
    func error() {
        var offset = WallOffset()
        take(&offset, 1, off: 0)
        let now = Instant(nanoseconds: 2_000_000_000)
        offset.take(wall: 1_770_000_002_000_000_000, before: now, after: now + Nanoseconds(700))
        take(&offset, 3, off: 0)
        #expect(offset.takeLargestError() == Nanoseconds(350))
        #expect(offset.takeLargestError() == .zero)
    }

    @Test("a real sample puts the wall clock's now where the monotonic one is")
    func sample() {
        var offset = WallOffset()
        let before = Clock.now()
        let sampled = offset.sample()
        let wall = Clock.unixNanoseconds()
        let after = Clock.now()
        #expect(before <= sampled && sampled <= after)
        let read = offset.monotonic(unixNanoseconds: wall)
        #expect(read >= before - .milliseconds(1) && read <= after + .milliseconds(1))
    }
}
