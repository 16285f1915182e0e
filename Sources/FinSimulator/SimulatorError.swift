/// What keeps a simulator from starting.
public struct SimulatorError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Code: Sendable {
        /// An option cannot be used as it is.
        case invalidOption
        /// The address could not be bound.
        case cannotListen
        /// The truth log could not be created.
        case cannotWrite
    }

    /// The kind of failure.
    public let code: Code
    /// Place, value, what was expected and what to do.
    public let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
