internal import FinMeasure

/// A refused call of Fin's, as a helpdesk says it: the members of RFC 7807.
///
/// Their place is documented for the POST-only style; the mixed style gets them bare, which is ours.
struct HelpdeskProblem: Error, Equatable {
    let status: Int
    let title: String
    let detail: String

    private init(_ status: Int, _ title: String, _ detail: String) {
        (self.status, self.title, self.detail) = (status, title, detail)
    }

    static func invalid(_ detail: String) -> HelpdeskProblem {
        .init(422, "Invalid request", detail)
    }
    static func unauthorized(_ detail: String) -> HelpdeskProblem {
        .init(401, "Unauthorized", detail)
    }
    static func unknown(_ what: String) -> HelpdeskProblem {
        .init(404, "Not found", "\(what) is not known here")
    }

    static let notJSON = Self(400, "Bad request", "The body must be a JSON object")
    static let forbidden = Self(403, "Forbidden", "The token is not accepted any more")
    static let wrongMethod = Self(
        405, "Method not allowed", "This path does not know that method")
    static let tooLarge = Self(
        413, "Too large", "The body is larger than \(Helpdesk.bodyLimit) bytes")
    static let failed = Self(500, "Internal error", "Something went wrong on our side")
    static let full = Self(
        503, "Full",
        "\(HelpdeskStore.objectLimit) objects are stored; nothing is forgotten for more")

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
