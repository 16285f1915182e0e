private import Glibc

/// The process's own limits.
enum HostLimits {
    /// Raises the soft limit of open files to the hard one; every stream takes a descriptor.
    ///
    /// - Returns: the limit now in force.
    @discardableResult
    static func raiseOpenFiles() -> UInt64 {
        var limit = rlimit()
        // Safe: the kernel reads and writes one rlimit, a local.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 0
        }
        limit.rlim_cur = limit.rlim_max
        // Refused only where the hard limit shrank meanwhile: the old soft limit then stays.
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return UInt64(limit.rlim_cur)
    }
}
