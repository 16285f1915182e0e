internal import FinMeasure
internal import FinProfile

/// Decides early that a target cannot be measured: the first starts all end without one 200.
struct ReachCheck {
    /// Starts that must end so; all of them when the plan has fewer.
    static let startLimit = 20

    private var hasAnswered = false
    private var failureCount = 0
    private var lastWords = ""
    private let limit: Int
    private let baseURL: String

    init(plannedConversations: Int, baseURL: String) {
        self.baseURL = baseURL
        limit = min(ReachCheck.startLimit, max(1, plannedConversations))
    }

    /// Takes the end of a POST.
    ///
    /// - Returns: why the run is to stop, or nil.
    mutating func take(_ turn: TurnRecord, errorText: String) -> String? {
        if (200..<300).contains(turn.httpStatus) { hasAnswered = true }
        if hasAnswered || turn.outcome == .cut { return nil }
        if turn.httpStatus == 401 || turn.httpStatus == 403 {
            return "\(baseURL) refused our key with HTTP \(turn.httpStatus) at the first request"
                + "; check target.api_key_env and the key's scopes"
        }
        failureCount += 1
        lastWords = ReachCheck.words(turn, errorText)
        return failureCount >= limit ? sentence : nil
    }

    /// What to say at the end of a run whose starts all ended without one 200; nil when some did.
    var atEnd: String? { hasAnswered || failureCount == 0 ? nil : sentence }

    private var sentence: String {
        "none of the first \(failureCount) requests to \(baseURL) was answered with 200; "
            + "the last one: \(lastWords)"
    }

    private static func words(_ turn: TurnRecord, _ errorText: String) -> String {
        if turn.detail.httpStatus != 0 { return "HTTP \(turn.detail.httpStatus)" }
        let cause = turn.detail.cause == .none ? "" : " (\(turn.detail.cause.rawValue))"
        // A timeout is ours: libcurl's last words are then of another request.
        let text = errorText.isEmpty || turn.outcome == .timeout ? "" : ": \(errorText)"
        let remedy =
            turn.outcome == .tlsFailed
            ? "; a private authority's PEM file is named in target.tls.ca_file" : ""
        return "\(turn.outcome.rawValue)\(cause)\(text)\(remedy)"
    }
}
