internal import FinLoop
internal import FinMeasure
internal import FinProfile
private import Glibc
internal import NIOCore

/// Freezes of the whole server.
///
/// Its only thread sleeps on the loop, so that nothing is accepted, read, written or timed until
/// the thaw. The kernel goes on queueing, as it does for a real pause.
struct Freezer {
    private var freezes: [SimulatorSettings.Freeze]

    init(_ freezes: [SimulatorSettings.Freeze]) { self.freezes = freezes }

    /// Starts the clock of all freezes at the first POST; later calls do nothing.
    mutating func start(at first: Instant, on loop: any EventLoop) {
        for freeze in freezes {
            let begin = first + Nanoseconds(Int64(freeze.at))
            let thaw = begin + Nanoseconds(Int64(freeze.length))
            loop.scheduleTask(deadline: .uptimeNanoseconds(begin.nanoseconds)) {
                Freezer.sleep(until: thaw)
            }
        }
        freezes = []
    }

    private static func sleep(until thaw: Instant) {
        while true {
            let left = thaw - Clock.now()
            if left <= .zero { return }
            // Sleeps end late by up to the timer slack, 50 µs: the last stretch is spun.
            if left > .microseconds(200) {
                usleep(UInt32(min((left.count - 150_000) / 1000, 500_000)))
            }
        }
    }
}
