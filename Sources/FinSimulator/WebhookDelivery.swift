internal import FinMeasure
internal import NIOCore

/// What is done wrong with one delivery on purpose; the raw value is its name in the truth file.
enum WebhookFault: String, Sendable {
    case none = ""
    /// Sent twice, body and header alike.
    case duplicate
    /// Sent behind the next delivery of its turn.
    case reordered
    /// Its signature is not that of its body.
    case badSignature = "bad_signature"
}

/// One event, or one notification of a topic, on its way to its URL; lives on the event loop.
final class WebhookDelivery {
    let conversationID: String
    let turn: Int
    /// The event's name, or the topic.
    let event: String
    /// The event's `status`; empty where it has none.
    let status: String
    var fault: WebhookFault
    var body: ByteBuffer
    /// What follows the headers that every delivery has: the signature among them.
    var headers: [(name: String, value: String)]
    /// When it is sent, at the earliest.
    var due: Instant
    /// Attempts begun.
    var attempts = 0
    /// Whether it is the second copy of a duplicate: that one is not repeated.
    let isCopy: Bool

    init(
        conversationID: String, turn: Int, event: String, status: String, fault: WebhookFault,
        body: ByteBuffer, headers: [(name: String, value: String)], due: Instant,
        isCopy: Bool = false
    ) {
        self.conversationID = conversationID
        self.turn = turn
        self.event = event
        self.status = status
        self.fault = fault
        self.body = body
        self.headers = headers
        self.due = due
        self.isCopy = isCopy
    }

    /// The same bytes once more.
    func copy() -> WebhookDelivery {
        WebhookDelivery(
            conversationID: conversationID, turn: turn, event: event, status: status, fault: fault,
            body: body, headers: headers, due: due, isCopy: true)
    }
}

/// How an attempt ended, as the truth file says it.
enum WebhookAnswer: Sendable, Equatable {
    case status(Int)
    /// Nothing within five seconds.
    case timeout
    /// No connection, or one that broke.
    case failed
    /// It was never sent: too many waited already, or its subscription sends nothing now.
    case dropped
    /// The simulator ended first.
    case stopped

    /// Whether the receiver has taken it.
    var isAccepted: Bool {
        if case .status(200...299) = self { true } else { false }
    }

    var text: String {
        switch self {
        case .status(let code): String(code)
        case .timeout: "timeout"
        case .failed: "failed"
        case .dropped: "dropped"
        case .stopped: "stopped"
        }
    }
}

/// One attempt at a delivery; one line of the webhook truth file.
struct WebhookTruthRow: Sendable, Equatable {
    var conversationID: String
    var turn: Int
    var event: String
    var status: String
    /// When its bytes were handed to the socket; nil where they never were.
    var written: Instant?
    /// From 1.
    var attempt: Int
    var fault: WebhookFault
    var answer: WebhookAnswer

    static let header = "conversation_id,turn,event,status,written_ns,attempt,fault,answer\n"

    /// The CSV line.
    var line: String {
        let stamp = written.map { String($0.nanoseconds) } ?? ""
        return "\(CSVText.field(conversationID)),\(turn),\(event),\(status),\(stamp),\(attempt),"
            + "\(fault.rawValue),\(answer.text)\n"
    }
}

/// Fields of a CSV line.
enum CSVText {
    /// The text, in quotes where it needs them.
    static func field(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            byte != UInt8(ascii: ",") && byte != UInt8(ascii: "\"") && byte >= 32
        }
        return isPlain ? text : "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
