private import Foundation

/// What a POST asks for, by its path.
enum Operation: Sendable, Equatable {
    case start, reply, ask, escalate, capabilities, csat
    case run(procedure: String)

    /// - Parameter path: still percent-encoded; nil for one that is not served.
    init?(path: String) {
        switch path {
        case "/fin/start": self = .start
        case "/fin/reply": self = .reply
        case "/fin/ask": self = .ask
        case "/fin/escalate": self = .escalate
        case "/fin/capabilities": self = .capabilities
        case "/fin/csat": self = .csat
        default:
            let parts = path.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count == 5, parts[0].isEmpty, parts[1] == "fin", parts[2] == "procedures",
                parts[4] == "run", !parts[3].isEmpty, let id = parts[3].removingPercentEncoding
            else { return nil }
            self = .run(procedure: id)
        }
    }

    /// Whether it begins a turn of a conversation that the caller names.
    var beginsTurn: Bool {
        switch self {
        case .start, .reply, .ask, .run: true
        case .escalate, .capabilities, .csat: false
        }
    }

    /// Whether it needs a conversation that is not there yet, and its stream may rewind.
    var opensConversation: Bool {
        switch self {
        case .start, .ask, .run: true
        case .reply, .escalate, .capabilities, .csat: false
        }
    }

    /// The version whose events its turn has: what came with orchestration knows no older shape.
    func version(_ asked: APIVersion) -> APIVersion {
        switch self {
        case .ask, .run, .escalate: asked.hasDoneEvent ? asked : .v216
        case .start, .reply, .capabilities, .csat: asked
        }
    }
}

extension Operation {
    /// How its turn ends, where that is not drawn.
    var ending: Ending? {
        switch self {
        case .ask: .answered
        case .escalate: .escalatedByCall
        case .start, .reply, .run, .capabilities, .csat: nil
        }
    }
}
