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
        processes = if case .count(let count) = workers { count } else { need.count }
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

    /// Lines in the form of the forecast.
    var text: String {
        let own = streams > streamsOfOneProcess * processes
        let files =
            "\(streamsOfOneProcess) streams fit one process's \(fileLimit) open files"
            + (own ? ": more are BLOCKED; raise the limit (ulimit -n), or --workers" : "")
        let place = addresses == 1 ? "one address" : "each of \(addresses) addresses"
        let ports =
            "\(connections) connections to \(place), for which there are \(portsToOneAddress) local "
            + (lacksPorts
                ? "ports: TOO FEW; widen net.ipv4.ip_local_port_range, or use more machines"
                : "ports")
        return """
            processes        \(processes) (\(streams) streams at a time, \
            \(Int(turnsPerSecond.rounded())) turns a second)
                             \(files)
            ports            \(ports)

            """
    }

    /// The kernel's range of local ports; its default where that cannot be read.
    static func ports() -> Int {
        let path = "/proc/sys/net/ipv4/ip_local_port_range"
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let ends = text.split { $0.isWhitespace }.compactMap { Int($0) }
        return ends.count == 2 ? max(0, ends[1] - ends[0] + 1) : 28_232
    }
}
