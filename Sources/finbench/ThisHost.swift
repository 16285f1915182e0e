import FinLoop
import FinMeasure
import Foundation

/// The machine, as `run.json` names it.
enum ThisHost {
    static var document: RunDocument.Host {
        let info = ProcessInfo.processInfo
        return RunDocument.Host(
            name: info.hostName, system: info.operatingSystemVersionString,
            processors: info.activeProcessorCount, memoryBytes: info.physicalMemory)
    }

    /// What the kernel says of the wall clock; nil where it does not.
    static var clockState: RunDocument.ClockState? {
        Host.clockState().map { state in
            .init(
                synchronized: state.isSynchronized,
                maximumErrorMicroseconds: state.maximumErrorMicroseconds)
        }
    }
}
