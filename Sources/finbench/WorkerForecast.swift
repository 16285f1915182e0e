import FinLoop
import FinProfile
import Foundation

/// What `plan` says of processes, open files and local ports.
struct WorkerForecast: Encodable {
    /// Processes that `run` starts.
    var processes: Int
    /// Conversations at a time, rehearsed without a limit of files.
    var streams: Int
    /// Turns a second over the busiest ten seconds, rehearsed.
    var turnsPerSecond: Double
    /// Open files that one process may have.
    var fileLimit: Int
    /// Conversations at a time that these allow in one process.
    var streamsOfOneProcess: Int
    /// Local ports of this machine towards one address.
    var portsToOneAddress: Int
    /// Addresses that the connections go to: a simulator's for each process, or the target's one.
    var addresses: Int

    init(_ plan: RunPlan, _ workers: WorkerCount) {
        let limit = Host.raiseFileLimit()
        let forecast = RunForecast(plan: plan)
        let need = WorkerNeed(forecast, fileLimit: limit)
        processes =
            if case .count(let count) = workers {
                count
            } else {
                plan.profile.isDivisible ? need.count : 1
            }
        streams = need.streams
        turnsPerSecond = need.turnRate
        fileLimit = limit
        streamsOfOneProcess = need.rowLimit
        portsToOneAddress = WorkerForecast.ports()
        addresses = plan.profile.target == nil ? processes : 1
    }

    /// Connections to one address at the busiest time.
    private var connections: Int { (streams + addresses - 1) / addresses }

    /// Whether the ports do not suffice.
    var lacksPorts: Bool { connections > portsToOneAddress }

    /// Lines in the form of the forecast, none wider than 80 columns.
    var text: String {
        let rate = Int(turnsPerSecond.rounded())
        var files = [
            "\(processes) (\(streams) streams at a time, \(rate) turns a second)",
            "\(streamsOfOneProcess) streams fit one process's \(fileLimit) open files",
        ]
        if streams > streamsOfOneProcess * processes {
            files.append("more are BLOCKED: raise the limit (ulimit -n), or --workers")
        }
        let place = addresses == 1 ? "one address" : "each of \(addresses) addresses"
        var ports = [
            "\(connections) connections to \(place),",
            "for which there are \(portsToOneAddress) local ports",
        ]
        if lacksPorts {
            ports.append("TOO FEW: widen net.ipv4.ip_local_port_range, or use more machines")
        }
        return rows("processes", files) + rows("ports", ports)
    }

    private func rows(_ name: String, _ words: [String]) -> String {
        words.enumerated().map { index, text in
            let head = index == 0 ? name : ""
            return head + String(repeating: " ", count: 17 - head.count) + text + "\n"
        }.joined()
    }

    /// The kernel's range of local ports; its default where that cannot be read.
    static func ports() -> Int {
        let path = "/proc/sys/net/ipv4/ip_local_port_range"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let ends = text.split { $0.isWhitespace }.compactMap { Int($0) }
        return ends.count == 2 ? max(0, ends[1] - ends[0] + 1) : 28_232
    }
}
