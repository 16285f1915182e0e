/// The name of a series' scenario: `chat`, or `orders.list` for the operation `list` of `orders`.
///
/// Names of scenarios and operations hold only letters, digits, `_` and `-`, so that the dot is
/// theirs alone; every file, tag and table shows an operation so.
public struct ScenarioName: Hashable, Sendable {
    /// The scenario.
    public var scenario: String
    /// The operation; nil for a conversation.
    public var operation: String?

    /// Joins the two.
    public init(scenario: String, operation: String?) {
        self.scenario = scenario
        self.operation = operation
    }

    /// Takes a series' name apart.
    public init(_ text: String) {
        guard let dot = text.firstIndex(of: ".") else {
            self.init(scenario: text, operation: nil)
            return
        }
        self.init(
            scenario: String(text[..<dot]), operation: String(text[text.index(after: dot)...]))
    }

    /// As files show it.
    public var text: String { operation.map { "\(scenario).\($0)" } ?? scenario }
}
