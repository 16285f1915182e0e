internal import FinLoop
internal import FinMeasure
internal import NIOCore

// A data connector that is executed inside a turn.
extension Hub {
    /// Calls the workspace's connector; the turn goes on when it has answered, however it did.
    func execute(_ turn: Turn) {
        // Taken off or deleted by nobody: a connector in use cannot be. Without one there is no step.
        guard let executor, let connector = connectors[executor.connectorID],
            let version = connector.live
        else { return }
        turn.hold()
        let template = ExecutionTemplate(values: [
            "conversation_id": turn.conversation.id, "user_id": turn.conversation.userID,
        ])
        executor.execute(version, template) { [unowned self] answer in
            let unix = Clock.unixNanoseconds()
            let now = Clock.now()
            let result = connectors.add(
                ExecutionResult(
                    answer, of: connector.id, version, template, for: turn.conversation,
                    now: unix / 1_000_000_000))
            let notice = ExecutionNotice(
                result, of: version.name, appID: options.appID, completed: unix)
            topics?.post(
                ExecutionNotice.topic, item: ConnectorJSON.bytes(notice), of: turn,
                serial: turn.questions.count, now: now)
            turn.resume(at: now)
            advance(turn)
        }
    }
}

extension ExecutionResult {
    /// What became of one execution.
    init(
        _ answer: ExecutionAnswer, of connectorID: Int, _ version: ConnectorVersion,
        _ template: ExecutionTemplate, for conversation: Conversation, now: UInt64
    ) {
        self.init(
            connectorID: connectorID, method: version.method, conversationID: conversation.id,
            userID: conversation.userID, created: now)
        let redacted = version.url.map { URLRedaction.redacted(template.url($0)) }
        url = redacted
        error = ExecutionError(answer.end, url: redacted ?? "no URL")
        requestBody = String(
            decoding: template.body(version.body).utf8.prefix(ExecutionResult.bodyLimit),
            as: UTF8.self)
        if answer.end == .unusable { return }
        milliseconds = Int((answer.elapsed.milliseconds).rounded())
        if case .status(let code) = answer.end {
            status = code
            responseBody = answer.body
        }
    }
}

extension ExecutionError {
    /// Why an execution that ended so has failed; nil for one that has not.
    ///
    /// The kinds are ours to choose but one: a refused connection is documented as the third
    /// party's.
    init?(_ end: ExecutionAnswer.End, url: String) {
        switch end {
        case .status(200...399): return nil
        case .status(let code): self.init(kind: .thirdParty, message: "HTTP \(code) from \(url)")
        case .timeout: self.init(kind: .faraday, message: "No answer in time from \(url)")
        case .failed: self.init(kind: .thirdParty, message: "Connection failed: \(url)")
        case .unusable: self.init(kind: .configuration, message: "Cannot be called: \(url)")
        }
    }
}
