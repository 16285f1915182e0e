/// A setting or a file that `webhooks` cannot work with.
public struct WebhookError: Error, CustomStringConvertible, Sendable, Equatable {
    /// What kind of mistake it is.
    public enum Code: Sendable {
        /// A flag's value.
        case setting
        /// A file's contents, or that it cannot be read.
        case file
    }

    /// What kind of mistake it is.
    public let code: Code
    /// The place, the value in quotes, what was expected and what to do; never a secret or a body.
    public let description: String

    /// Joins the parts.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
