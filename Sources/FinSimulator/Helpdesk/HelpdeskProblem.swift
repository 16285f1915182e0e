internal import FinMeasure

/// A refused call of Fin's, as a helpdesk says it: the members of RFC 7807.
///
/// Their place is documented for the POST-only style; the mixed style gets them bare, which is ours.
struct HelpdeskProblem: Error, Equatable {
    let status: Int
    let title: String
    let detail: String

    static func invalid(_ detail: String) -> HelpdeskProblem {
        HelpdeskProblem(status: 422, title: "Invalid request", detail: detail)
    }

    static func unknown(_ what: String) -> HelpdeskProblem {
        HelpdeskProblem(status: 404, title: "Not found", detail: "\(what) is not known here")
    }

    static func unauthorized(_ detail: String) -> HelpdeskProblem {
        HelpdeskProblem(status: 401, title: "Unauthorized", detail: detail)
    }

    static let notJSON = HelpdeskProblem(
        status: 400, title: "Bad request", detail: "The body must be a JSON object")
    static let forbidden = HelpdeskProblem(
        status: 403, title: "Forbidden", detail: "The token is not accepted any more")
    static let failed = HelpdeskProblem(
        status: 500, title: "Internal error", detail: "Something went wrong on our side")
    static let full = HelpdeskProblem(
        status: 503, title: "Full",
        detail: "\(HelpdeskStore.objectLimit) objects are stored; nothing is forgotten for more")
    static let wrongMethod = HelpdeskProblem(
        status: 405, title: "Method not allowed", detail: "This path does not know that method")
    static let tooLarge = HelpdeskProblem(
        status: 413, title: "Too large",
        detail: "The body is larger than \(Helpdesk.bodyLimit) bytes")

    /// The object, where the style has it.
    func json(_ style: HelpdeskStyle, instance: String) -> JSONValue {
        let object: JSONValue = .object([
            "type": .string("about:blank"), "title": .string(title),
            "status": .number(Double(status)), "detail": .string(detail),
            "instance": .string(instance),
        ])
        return style == .postOnly ? .object(["error": object]) : object
    }
}
