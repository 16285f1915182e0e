extension SimulatorSettings {
    /// How the simulated Fin calls a data connector inside its turns.
    public struct Connectors: Codable, Sendable, Equatable {
        /// The connector's URL, `http` only; nil where a run hosts the endpoint itself.
        ///
        /// `{{conversation_id}}` and `{{user_id}}` in it are filled in.
        public var url: String?
        /// The share of turns with an answer that execute it, 0 to 1.
        public var share = 1.0
        /// Where in the turn.
        public var place: Place = .beforeAnswer
        /// The request's HTTP method.
        public var method: Method = .post
        /// The endpoint has this long to answer, nanoseconds.
        public var timeout: Double = 10e9
        /// Whether an edit of a published connector is live at once, or waits for `state: live`.
        public var editsLive = false

        /// Where in a turn a connector is executed.
        public enum Place: String, Codable, Sendable, CaseIterable {
            /// After thinking, before the first chunk: the user waits for it.
            case beforeAnswer = "before_answer"
            /// After the last reply, before the done signal.
            case afterAnswer = "after_answer"
        }

        /// The HTTP methods that a connector can use.
        public enum Method: String, Codable, Sendable, CaseIterable {
            case get, post, put, patch, delete
        }

        /// Every turn, before its answer.
        public init(url: String? = nil) { self.url = url }
    }
}
