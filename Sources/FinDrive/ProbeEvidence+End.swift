internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import FinWire

// Why a probe did not come to its end, and what to do.
extension ProbeEvidence {
    /// How the conversation ended, as far as the caller must care.
    var end: ProbeReport.End {
        if isInterrupted { return .interrupted }
        guard let turn = turns.last else { return .refused("no turn was begun") }
        switch turn.outcome {
        case .done, .escalated, .resolved, .complete, .noStream: return .reached
        case .refusedURL: return .outside(outsideWords)
        case .cut: return .interrupted
        default: return .refused(turn.response == nil ? postWords(turn) : laterWords(turn))
        }
    }

    private var outsideWords: String {
        "the stream's URL is not on this machine, and the target is; add --live if that is meant"
    }

    private var host: String { ProbeURL(baseURL).place }

    private var curlWords: String { errorText.isEmpty ? "" : ": \(errorText)" }

    /// The POST was not answered.
    private func postWords(_ turn: TurnRecord) -> String {
        failureWords(turn, host: host, request: "the POST", advice: "check target.url")
    }

    /// The POST was answered: with a refusal, with nonsense, or what followed failed.
    private func laterWords(_ turn: TurnRecord) -> String {
        if turn.httpStatus != 200 { return statusWords(turn) }
        if turn.detail.cause == .malformedResponse {
            return "\(host) answered with HTTP 200 but not with a JSON object of the Fin Agent API"
                + "; check target.url"
        }
        return streamWords(turn)
    }

    private func statusWords(_ turn: TurnRecord) -> String {
        let head = heads(.post).last
        let error = answers.last?.error
        let code = error?.code.map { " (\(ProbeText.word($0)))" } ?? ""
        let answered = "HTTP \(turn.httpStatus)\(code)"
        switch turn.httpStatus {
        case 401, 403:
            return "\(host) refused our key with \(answered); check target.api_key_env and the "
                + "key's scopes"
        case 429:
            let wait = head.flatMap { resetWait($0.head, at: $0.moment) }
            let limit = head?.head.number("x-ratelimit-limit").map {
                ": the limit of \(ProbeText.count($0)) calls a window is used up"
            }
            let again = wait.map { "; try again in \(ProbeText.span(max($0, .zero)))" }
            return "\(host) answered \(answered)\(limit ?? "")\(again ?? "; try again later")"
        case 500...: return "\(host) answered \(answered): it failed by itself; try again later"
        case 404, 405, 406:
            return "\(host) answered \(answered); check that target.url is the API's base URL"
        default:
            return "\(host) answered \(answered); check target.version (\(version)) and what the "
                + "profile sends"
        }
    }

    private func streamWords(_ turn: TurnRecord) -> String {
        let stream = dials.last?.url.host ?? "the stream's host"
        switch turn.outcome {
        case .closedBeforeDone: return "\(stream) closed the stream before the turn was done"
        case .tokenExpired where turn.detail.cause == .errorEvent:
            return "\(stream) ended the stream with an error event: its token is no longer valid"
        case .tokenExpired, .httpError, .rateLimited:
            let error = answers.last?.error
            let number = error?.number.map { " (code \($0))" } ?? ""
            return "\(stream) refused the stream with HTTP \(turn.detail.httpStatus)\(number)"
        case .protocolError where turn.detail.cause == .notEventStream:
            return "\(stream) answered with HTTP 200 but not with text/event-stream"
        case .protocolError where turn.detail.cause == .errorEvent:
            return "\(stream) ended the stream with an error event"
        case .protocolError where turn.detail.cause == .oversizedEvent:
            return "\(stream) sent an event above the limit of finbench"
        default:
            return failureWords(
                turn, host: stream, request: "the stream",
                advice: "check that this machine may reach the stream's host")
        }
    }

    /// What the network did to a request.
    private func failureWords(
        _ turn: TurnRecord, host: String, request: String, advice: String
    ) -> String {
        switch turn.outcome {
        case .connectFailed: return "cannot connect to \(host)\(curlWords); \(advice)"
        case .tlsFailed:
            return "TLS with \(host) failed\(curlWords); a private authority's PEM file is named "
                + "in target.tls.ca_file"
        case .protocolError:
            return "\(host) does not speak HTTP/1.1\(curlWords); \(advice): scheme and port"
        case .timeout: return timeoutWords(turn, host, advice)
        default: return "\(host) broke \(request) off\(curlWords); \(advice)"
        }
    }

    private func timeoutWords(_ turn: TurnRecord, _ host: String, _ advice: String) -> String {
        let what: String
        let limit: Nanoseconds
        switch turn.detail.cause {
        case .connectTimeout: (what, limit) = ("no connection to \(host)", timeouts.connect)
        case .responseTimeout: (what, limit) = ("no answer from \(host)", timeouts.response)
        case .firstChunkTimeout: (what, limit) = ("no event from \(host)", timeouts.firstChunk)
        case .idleTimeout: (what, limit) = ("nothing more from \(host)", timeouts.idle)
        default: (what, limit) = ("the turn was not done", timeouts.turn)
        }
        let key = turn.detail.cause.rawValue
        return "\(what) within \(ProbeText.span(limit)) (timeouts.\(key)); \(advice), or allow more"
    }
}
