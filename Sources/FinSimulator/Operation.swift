private import Foundation

/// What a POST asks for, by its path.
enum Operation: Sendable, Equatable {
    case start, reply, ask, escalate, capabilities, csat
    case run(procedure: String)
    case collectAgentInput(conversation: String)

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
            if let id = Operation.name(in: path, "/fin/procedures/", "/run") {
                self = .run(procedure: id)
            } else if let id = Operation.name(in: path, "/procedures/", "/collect_agent_input") {
                self = .collectAgentInput(conversation: id)
            } else {
                return nil
            }
        }
    }

    /// The one path component between two others, decoded.
    private static func name(in path: String, _ head: String, _ tail: String) -> String? {
        guard path.hasPrefix(head), path.hasSuffix(tail),
            path.utf8.count > head.utf8.count + tail.utf8.count
        else { return nil }
        let name = path.dropFirst(head.count).dropLast(tail.count)
        return name.contains("/") ? nil : name.removingPercentEncoding
    }

    /// Whether it begins a turn of a conversation that the caller names.
    var beginsTurn: Bool {
        switch self {
        case .start, .reply, .ask, .run: true
        case .escalate, .capabilities, .csat, .collectAgentInput: false
        }
    }

    /// Whether it needs a conversation that is not there yet, and its stream may rewind.
    var opensConversation: Bool {
        switch self {
        case .start, .ask, .run: true
        case .reply, .escalate, .capabilities, .csat, .collectAgentInput: false
        }
    }

    /// The version whose events its turn has: what came with orchestration knows no older shape.
    func version(_ asked: APIVersion) -> APIVersion {
        switch self {
        case .ask, .run, .escalate: asked.hasDoneEvent ? asked : .v216
        case .start, .reply, .capabilities, .csat, .collectAgentInput: asked
        }
    }
}

extension Operation {
    /// How its turn ends, where that is not drawn.
    var ending: Ending? {
        switch self {
        case .ask: .answered
        case .escalate: .escalatedByCall
        case .start, .reply, .run, .capabilities, .csat, .collectAgentInput: nil
        }
    }
}
