import FinMeasure
import Testing

@testable import FinLoop

/// What came together.
@Suite struct ArrivalStampTests {
    private func stamp(_ at: UInt64, isKernel: Bool = true, read: UInt32 = 0) -> ArrivalStamp {
        ArrivalStamp(
            instant: Instant(nanoseconds: at), isKernel: isKernel,
            callback: Instant(nanoseconds: at + 5), read: read)
    }

    @Test("one read, or one packet, brought both; what is not known is taken apart")
    func sameRead() {
        #expect(stamp(1, read: 7).isSameRead(as: stamp(2, read: 7)))
        #expect(stamp(1, isKernel: false, read: 7).isSameRead(as: stamp(2, read: 7)))
        // Two records of TLS in one packet.
        #expect(stamp(1, read: 7).isSameRead(as: stamp(1, read: 9)))
        #expect(!stamp(1, read: 7).isSameRead(as: stamp(2, read: 8)))
        #expect(!stamp(1, isKernel: false, read: 7).isSameRead(as: stamp(1, read: 8)))
        #expect(!stamp(1, isKernel: false).isSameRead(as: stamp(1, isKernel: false)))
    }
}
