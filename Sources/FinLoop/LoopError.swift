/// The host refused something the load path cannot do without.
public struct LoopError: Error, CustomStringConvertible, Sendable {
    /// What was tried.
    public var operation: String
    /// The system's error number; 0 when there is none.
    public var errno: Int32
    /// What to do about it.
    public var advice: String

    /// Joins the parts.
    public init(operation: String, errno: Int32, advice: String) {
        self.operation = operation
        self.errno = errno
        self.advice = advice
    }

    /// One sentence for a person.
    public var description: String {
        let reason = errno == 0 ? "" : ": \(SystemCall.describe(errno))"
        return "\(operation) failed\(reason); \(advice)"
    }
}
