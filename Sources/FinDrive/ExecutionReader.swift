public import FinLoop
public import FinMeasure
public import FinProfile

/// Reads what the target reports of a connector's executions, page by page, on one connection.
///
/// Blocks its thread, for at most `lengthLimit`: it works when the load is over.
public final class ExecutionReader: TransferDelegate {
    /// What was read.
    public struct Outcome: Sendable {
        /// Executions, the newest first.
        public var executions: [ReportedExecution] = []
        /// Why some are lacking; empty when none are.
        public var note = ""

        /// None yet, and why if that is known.
        public init(note: String = "") { self.note = note }
    }

    /// Pages read at the most, of 30 executions each.
    public static let pageLimit = 1000
    /// The longest that reading may take.
    public static let lengthLimit = Nanoseconds.seconds(20)

    fileprivate struct Page: Decodable {
        struct Execution: Decodable {
            let id: String
            let conversation: String?
            let milliseconds: Double?
            let success: Bool
            enum CodingKeys: String, CodingKey {
                case id, success
                case conversation = "conversation_id"
                case milliseconds = "execution_time_ms"
            }
        }
        struct Pages: Decodable {
            struct Next: Decodable {
                let cursor: String
                enum CodingKeys: String, CodingKey { case cursor = "starting_after" }
            }
            let next: Next?
        }
        let data: [Execution]
        let pages: Pages?
    }

    private let base: String
    // Made after everything that it calls back into.
    private var loopStorage: TransferLoop?
    private var status = 0
    private var body: [UInt8] = []
    private var end: TransferEnd?

    private static let bodyLimit = 4 << 20

    /// - Parameters:
    ///   - plan: whose target it is.
    ///   - settings: the target's address and key.
    ///   - connectorID: the connector.
    ///   - start: Unix seconds of the oldest execution that is wanted.
    public init(
        plan: RunPlan, settings: DriveSettings, connectorID: String, start: UInt64
    ) throws(LoopError) {
        base =
            settings.baseURL + "/data_connectors/\(connectorID)/execution_results"
            + "?per_page=30&start_ts=\(start)"
        loopStorage = try TransferLoop(
            settings: settings.transferSettings(plan, rowCount: 1), delegate: self)
    }

    /// Reads all pages.
    public func read() -> Outcome {
        var outcome = Outcome()
        let deadline = Clock.now() + ExecutionReader.lengthLimit
        var url = base
        for _ in 0..<ExecutionReader.pageLimit {
            guard let page = page(url, until: deadline, &outcome.note) else { return outcome }
            outcome.executions += page.data.compactMap(ReportedExecution.init)
            guard let next = page.pages?.next else { return outcome }
            url = base + "&starting_after=" + PercentText.encoded(next.cursor)
        }
        outcome.note = "only the newest \(outcome.executions.count) executions were read"
        return outcome
    }

    private func page(_ url: String, until deadline: Instant, _ note: inout String) -> Page? {
        guard let loop = loopStorage else { preconditionFailure("the loop is made with its owner") }
        (status, body, end) = (0, [], nil)
        loop.call(0, method: .get, url: url)
        while end == nil, Clock.now() < deadline {
            _ = loop.poll(precise: .never, coarse: deadline)
        }
        guard end != nil else {
            loop.hangUp(0)
            note = "the target took longer than \(Int(ExecutionReader.lengthLimit.seconds)) s"
            return nil
        }
        guard end == .complete, status == 200 else {
            note =
                end == .complete
                ? "the target answered HTTP \(status)" : "the target could not be reached"
            return nil
        }
        let page = CallAnswer(status: UInt16(status), body: body).decoded(as: Page.self)
        if page == nil { note = "the target's answer was no page of executions" }
        return page
    }

    // MARK: - what the network says

    /// Headers say nothing that is wanted.
    public func transfer(_ row: Int, _ kind: TransferKind, headerLine: Span<UInt8>) {}

    /// Notes the status.
    public func transfer(
        _ row: Int, _ kind: TransferKind, status: Int, at stamp: ArrivalStamp
    ) {
        self.status = status
    }

    /// Keeps the body, up to its limit.
    public func transfer(
        _ row: Int, _ kind: TransferKind, bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> Bool {
        if body.count + bytes.count > ExecutionReader.bodyLimit { return false }
        for index in bytes.indices { body.append(bytes[index]) }
        return true
    }

    /// Notes the end.
    public func transfer(_ row: Int, _ kind: TransferKind, finished result: TransferResult) {
        end = result.end
    }

    /// Nobody writes to a reader.
    public func mailboxIsReady() {}
}

extension ReportedExecution {
    /// nil for one whose id is no number: it has no place among the others.
    fileprivate init?(_ execution: ExecutionReader.Page.Execution) {
        guard let id = UInt64(execution.id) else { return nil }
        self.init(
            id: id, conversationID: execution.conversation ?? "",
            // Eleven days: what is longer is no time of an execution.
            milliseconds: execution.milliseconds.flatMap {
                (0...1e9).contains($0) ? UInt64($0.rounded()) : nil
            },
            isSuccess: execution.success)
    }
}
