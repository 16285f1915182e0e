private import Glibc

/// How long the thread that made it has been ready to run and had no core.
///
/// The kernel's own count; about 2 us a reading.
public final class CoreWait {
    // Negative where the kernel keeps no such count.
    private let descriptor: Int32

    /// Begins to look at the calling thread.
    public init() {
        descriptor = unsafe open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// The sum since the thread began, in nanoseconds; nil where the kernel does not say.
    public var nanoseconds: UInt64? {
        var text = [UInt8](repeating: 0, count: 64)
        // Safe: at most as many bytes as the array has are written.
        let count = unsafe pread(descriptor, &text, text.count, 0)
        guard count > 0 else { return nil }
        // Time on a core, time ready and off it, turns.
        let fields = text.prefix(count).split { $0 == 0x20 || $0 == 0x0A }
        return fields.count > 1 ? UInt64(String(decoding: fields[1], as: UTF8.self)) : nil
    }
}
