import CScale
import Foundation

/// How much of this machine others used while something was measured here.
///
/// What all processes used, by the kernel's own count of its ticks, less what this program and the
/// programs that it started and saw end used themselves.
struct OtherWork {
    /// Above this share of a core the machine was not quiet: a core that is shared so much halts no
    /// more between two wake-ups, and a start may wait for a time slice.
    static let limit = 0.05

    private let begin = ContinuousClock.now
    private let busy = OtherWork.busySeconds()
    private let own = scale_family_seconds()

    /// Cores that others used since this was made; nil where the kernel does not say.
    func cores() -> Double? {
        guard let before = busy, let after = OtherWork.busySeconds() else { return nil }
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        return max(0, after - before - (scale_family_seconds() - own)) / max(seconds, 1e-9)
    }

    /// Processor time of the whole machine since it began; interrupts are nobody's.
    private static func busySeconds() -> Double? {
        guard let text = try? String(contentsOfFile: "/proc/stat", encoding: .utf8),
            let line = text.split(separator: "\n").first, line.hasPrefix("cpu ")
        else { return nil }
        // user, nice, system, idle, iowait, irq, softirq, steal
        let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard ticks.count >= 8 else { return nil }
        return (ticks[0] + ticks[1] + ticks[2] + ticks[7]) / scale_ticks_per_second()
    }
}
