private import CFinShims
private import Foundation

/// A plain thread, not a task: it may block in a wait without starving anybody.
public enum PlainThread {
    /// Runs `body` on a new thread.
    ///
    /// - Parameters:
    ///   - name: shown by `top -H`; at most 15 bytes.
    ///   - processor: the processor it is bound to; nil leaves that to the kernel.
    ///   - niceness: below 0 for what must not wait, above for what may; below needs a right that
    ///     root has, and without it the thread stays as it is.
    public static func start(
        name: String, processor: Int? = nil, niceness: Int32 = 0,
        body: @escaping @Sendable () -> Void
    ) {
        let thread = Thread {
            // Foundation keeps a name set before the start to itself.
            unsafe _ = fin_name_thread(name)
            _ = fin_tighten_timers()
            // A refusal (a cpuset without that processor) costs exactness, which is measured.
            if let processor { _ = fin_pin_thread(Int32(processor)) }
            if niceness != 0 { _ = fin_nice_thread(niceness) }
            body()
        }
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Sets the niceness of the calling thread, -20 to 19; where that is refused it stays as it is.
    public static func setNiceness(_ niceness: Int32) { _ = fin_nice_thread(niceness) }
}

/// What the host allows and says of this process.
public enum Host {
    /// Whether one core can be kept awake without taking the only one: the machine has two at the
    /// least, and the control group's `cpu.max` grants as many.
    public static var hasSpareCore: Bool {
        let quota = try? String(contentsOfFile: "/sys/fs/cgroup/cpu.max", encoding: .utf8)
        return ProcessInfo.processInfo.processorCount > 1 && grantedCores(cpuMax: quota ?? "") >= 2
    }

    /// The processors that this thread may run on, ascending; empty where the kernel does not say.
    public static var allowedProcessors: [Int] {
        var mask = [UInt8](repeating: 0, count: 128)
        // Safe: the call fills 128 bytes, as many as there are.
        guard unsafe fin_allowed_processors(&mask) >= 0 else { return [] }
        return (0..<(mask.count * 8)).filter { mask[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
    }

    /// `"150000 100000"` is one core and a half; `"max 100000"`, and anything else, no limit.
    static func grantedCores(cpuMax: String) -> Double {
        let words = cpuMax.split { $0.isWhitespace }
        guard words.count == 2, let quota = Double(words[0]), let period = Double(words[1]),
            period > 0
        else { return .infinity }
        return quota / period
    }

    /// Raises the open-file limit as far as it goes and answers it.
    public static func raiseFileLimit() -> Int {
        Int(clamping: fin_raise_file_limit())
    }

    /// What the kernel says of the wall clock; nil where it does not.
    public static func clockState() -> (isSynchronized: Bool, maximumErrorMicroseconds: Int64)? {
        var error: Int64 = 0
        // Safe: the call writes one number to a local.
        let answer = unsafe fin_clock_state(&error)
        return answer < 0 ? nil : (answer == 1, error)
    }

    /// Resident memory of this process in bytes; 0 where `/proc` cannot be read.
    public static func residentBytes() -> UInt64 {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else {
            return 0
        }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * 4096
    }

    /// Open descriptors of this process; 0 where `/proc` cannot be read.
    ///
    /// Linux 6.2 and newer say it as the folder's size. Before, the folder is read: milliseconds for
    /// ten thousand of them.
    public static func openFileCount() -> Int {
        let folder = "/proc/self/fd"
        var status = stat()
        if unsafe stat(folder, &status) == 0 && status.st_size > 0 { return Int(status.st_size) }
        return (try? FileManager.default.contentsOfDirectory(atPath: folder).count) ?? 0
    }
}
