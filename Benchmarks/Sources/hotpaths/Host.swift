import Foundation
import HotPathKit

/// The machine and the instant, for the heading.
struct Host {
    let cpu: String
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let system = ProcessInfo.processInfo.operatingSystemVersionString
    let startedAt = Date().formatted(.iso8601)

    init() {
        let info = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        let lines = info?.split(separator: "\n") ?? []
        let model = lines.first { $0.hasPrefix("model name") }?.split(separator: ":").last
        cpu = model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
    }

    /// One line.
    var text: String { "\(cpu), \(cores) cores, \(system), \(Floors.libcryptoVersion)" }
}
