internal import FinLoop
internal import FinMeasure
internal import FinProfile
internal import NIOCore

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

// Procedures that wait for a human: question, first answer, expiry.
extension Hub {
    /// A turn has come to its human step: tells the subscriber, and waits.
    func pause(_ turn: Turn) {
        guard let hitl = settings.hitl else { return }
        let now = Clock.now()
        let unix = Clock.unixNanoseconds()
        let request = HITLRequest(turn, hitl, seed: settings.seed, now: now, unix: unix)
        turn.questions.append(request)
        turn.conversation.hitlRequests.append(request)
        setDeadline(of: request, unix: unix)
        let notification = HITLNotification(
            request: request, appID: options.appID, base: callBase,
            created: unix / 1_000_000_000)
        topics?.post(
            HITLNotification.topic, item: notification.item, of: turn,
            serial: turn.questions.count - 1,
            now: now
        ) { [weak self] stamp in
            request.noteNotified(stamp)
            self?.record(request)
        }
    }

    /// Writes down what is whole.
    func record(_ request: HITLRequest) {
        if request.isWhole, let row = request.takeTruth() { hitlTruth?.append(row) }
    }

    /// Whichever comes first: an answer in another channel, or the expiry.
    private func setDeadline(of request: HITLRequest, unix: UInt64) {
        let bound = NIOLoopBound((self, request), eventLoop: loop)
        let expiry = request.expires.map { Int64($0 * 1_000_000_000) - Int64(unix) + 1 }
        if let elsewhere = request.elsewhere, elsewhere.count < expiry ?? .max {
            request.deadline = loop.scheduleTask(in: .nanoseconds(elsewhere.count)) {
                let (hub, request) = bound.value
                hub.resume(request, .elsewhere, at: Clock.now())
            }
        } else if let expiry {
            request.deadline = loop.scheduleTask(in: .nanoseconds(expiry)) {
                let (hub, request) = bound.value
                hub.expire(request)
            }
        }
    }

    private func resume(_ request: HITLRequest, _ how: HITLTruthRow.End, at now: Instant) {
        if !request.isOpen { return }
        request.close(.answered, how, at: now)
        request.turn.resume(at: now)
        schedule(request.turn)
    }

    private func expire(_ request: HITLRequest) {
        if !request.isOpen { return }
        request.close(.expired, .expired, at: Clock.now())
        request.turn.escalateUnanswered()
        request.turn.resume(at: Clock.now())
        schedule(request.turn)
    }

    /// `/procedures/{conversation_id}/collect_agent_input`, its refusals in a fixed order: what is
    /// known of conversation and step comes before what is wrong with the values.
    ///
    /// A body without a step that can be looked up is 422: no order can say more of it.
    func collectAgentInput(
        _ id: String, _ body: Data, _ call: PostCall
    ) throws(APIError) -> [UInt8] {
        if settings.hitl?.isEnabled == false { throw .featureOff }
        guard let conversation = conversations[id] else { throw .resourceNotFound }
        let answer = try HITLAnswer.parse(body)
        guard let stepID = answer.stepID else { throw .unprocessable("step_id is required") }
        guard let request = conversation.hitlRequests.first(where: { $0.stepID == stepID })
        else { throw .resourceNotFound }
        if !request.hasAccess { throw .noAccess }
        if request.state == .answered { throw .alreadyFulfilled }
        if request.hasExpired(unix: Clock.unixNanoseconds()) { throw .requestExpired }
        if let fault = answer.fault(for: request.attributes) { throw .unprocessable(fault) }
        resume(request, .callback, at: call.received)
        return Array("{}".utf8)
    }
}

extension HITLAnswer {
    /// Reads a body; what is JSON but of a wrong shape is 422, as every other fault of a value.
    fileprivate static func parse(_ body: Data) throws(APIError) -> HITLAnswer {
        do {
            return try TurnRequest.parse(HITLAnswer.self, body)
        } catch {
            throw error == .notJSON ? error : .unprocessable(error.message)
        }
    }
}

extension APIError {
    static let noAccess = APIError(
        status: 403, code: "forbidden", message: "Admin does not have access to this conversation")
    static let featureOff = APIError(
        status: 403, code: "forbidden",
        message: "Procedures HITL API is not enabled for your app.")
    static let resourceNotFound = APIError(
        status: 404, code: "not_found", message: "Resource Not Found")
    static let requestExpired = APIError(
        status: 404, code: "not_found", message: "This HITL request has expired")
    static let alreadyFulfilled = APIError(
        status: 409, code: "conflict", message: "This HITL request has already been fulfilled")
}
