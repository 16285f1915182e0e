private import Glibc

/// The one place where a system call's answer is read.
enum SystemCall {
    /// What a call came back with.
    enum Result {
        case value(Int)
        case wouldBlock
        case failed(errno: Int32)
    }

    /// Runs a call until it is not interrupted; traps on our own bugs.
    static func run(_ name: StaticString, _ call: () -> Int) -> Result {
        while true {
            let value = call()
            if value >= 0 { return .value(value) }
            let error = Glibc.errno
            switch error {
            case EINTR: continue
            case EAGAIN: return .wouldBlock
            case EBADF, EFAULT:
                preconditionFailure("\(name) was given a bad descriptor or address")
            default: return .failed(errno: error)
            }
        }
    }

    /// The system's words for an error number.
    static func describe(_ error: Int32) -> String {
        // Safe: strerror answers a static or thread-local C string that is copied at once.
        guard let text = unsafe strerror(error) else { return "error \(error)" }
        return unsafe String(cString: text)
    }
}
