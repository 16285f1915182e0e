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
}
