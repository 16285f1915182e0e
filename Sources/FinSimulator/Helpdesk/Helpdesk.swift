internal import FinMeasure
internal import FinProfile

/// The customer's helpdesk: takes Fin's calls, checks who sends them, and answers from its state.
///
/// Lives on the one event loop, as the hub does.
final class Helpdesk {
    /// Bytes of one call's body.
    static let bodyLimit = 256 * 1024

    let settings: SimulatorSettings.Helpdesk
    private let seed: UInt64
    var store = HelpdeskStore()
    var tokens: HelpdeskTokens
    var counts = HelpdeskCounts()
    private var serial: UInt64 = 0

    init(_ settings: SimulatorSettings) {
        self.settings = settings.helpdesk
        seed = settings.seed
        tokens = HelpdeskTokens(
            seed: settings.seed, secret: settings.helpdesk.secrets.clientSecret,
            life: max(1, UInt64(settings.helpdesk.tokenLife / 1e9)))
    }

    /// Carries a call out.
    ///
    /// - Parameters:
    ///   - now: Unix nanoseconds.
    ///   - delay: filled with how long the answer takes, nanoseconds.
    func answer(
        _ call: HelpdeskCall, now: UInt64, delay: inout Double
    ) -> HelpdeskAnswer {
        serial += 1
        // By the order of arrival: a repeated call must have a draw of its own.
        var draws = SeededGenerator(
            seed: seed, stream: .serverFault, index: serial, subindex: .max)
        let draw = draws.unit()
        delay = settings.delay.draw(using: &draws)
        counts.calls += 1
        do throws(HelpdeskProblem) {
            try admit(call, draw, seconds: now / 1_000_000_000)
            let (status, json) = try carryOut(call, now)
            if draw < settings.droppedAnswers {
                counts.dropped += 1
                return .dropped
            }
            return .answer(
                status: status, call.style == .postOnly ? .object(["data": json]) : json)
        } catch {
            counts.refused += 1
            return .answer(
                status: error.status, error.json(call.style, instance: call.path))
        }
    }

    /// Whether the call may be carried out: its token, its signature, then the faults.
    private func admit(
        _ call: HelpdeskCall, _ draw: Double, seconds: UInt64
    ) throws(HelpdeskProblem) {
        try tokens.check(call.authorization, now: seconds)
        if settings.checksSignatures {
            try HelpdeskSignature.check(
                call, key: settings.secrets.signingKey, now: seconds,
                skew: UInt64(settings.clockSkew / 1e9))
        }
        // Shares lie one behind the other over [0, 1), dropped answers first.
        var sum = settings.droppedAnswers
        let faults: [(share: Double, problem: HelpdeskProblem)] = [
            (settings.http401, .unauthorized("The token is not accepted any more")),
            (settings.http403, .forbidden), (settings.http500, .failed),
        ]
        for fault in faults {
            if draw >= sum && draw < sum + fault.share { throw fault.problem }
            sum += fault.share
        }
    }

    private func carryOut(
        _ call: HelpdeskCall, _ now: UInt64
    ) throws(HelpdeskProblem) -> (status: Int, json: JSONValue) {
        let body = try call.members()
        let time = UTCStamp.milliseconds(unixNanoseconds: now)
        switch call.operation {
        case .getUser:
            return (200, store.users[try store.user(body.required("user_id"))].json)
        case .updateUser: return (200, try updateUser(body))
        case .createUser: return (201, try createUser(body))
        case .getAgents: return (200, .array(HelpdeskAgent.all.map { $0.json(call.style) }))
        case .getConversation:
            let index = try store.conversation(body.required("conversation_id"))
            return (200, json(conversation: index, call.style))
        case .updateConversation: return (200, try updateConversation(body, call.style, time))
        case .createConversation: return (201, try createConversation(body, call.style, time))
        case .getMessages: return (200, try messages(body, call.style))
        case .createMessage: return (201, try createMessage(body, call.style, time))
        }
    }
}

/// What happened at the helpdesk and at Fin's hook so far.
struct HelpdeskCounts: Equatable {
    /// Calls of Fin's, whatever became of them.
    var calls = 0
    var refused = 0
    /// Calls that were carried out but not answered.
    var dropped = 0
    /// Creations that were answered with the object that their `object_id` had made before.
    var repeats = 0
    var tokens = 0
    /// Notifications that asked for a synchronisation, and those of an agent who types.
    var events = 0
    var typing = 0
}

extension Helpdesk {
    /// What the helpdesk holds, as `GET /finbench/helpdesk` shows it: counts alone.
    var stateJSON: JSONValue {
        let figures = [
            "users": store.users.count, "conversations": store.conversations.count,
            "messages": store.messageCount, "duplicates": store.duplicateCount,
            "calls": counts.calls, "refused": counts.refused, "dropped": counts.dropped,
            "repeats": counts.repeats, "tokens": counts.tokens, "events": counts.events,
            "typing": counts.typing,
        ]
        return .object(figures.mapValues { .number(Double($0)) })
    }
}
