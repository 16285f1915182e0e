import FinDrive
import FinMeasure
import Foundation

/// The lines that a run and its workers exchange.
enum WorkerLine {
    /// What a worker is told.
    enum Order {
        /// When the run's zero is.
        case start(RunDocument.ClockAnchor)
        /// End now, with these words.
        case abort(String)
        /// Do as another worker, which was stopped.
        case stop(DriveEnd.Reason)
        /// Where the worker's simulator sends its webhooks.
        case receiver(RunReceiver.Door)
        /// A webhook of one of the worker's conversations.
        case webhook(WebhookArrival)
        /// What a procedure asks a human in one of them: the notification's body, and when it came.
        case question([UInt8], Instant)
    }

    /// A worker says that it is ready to be told when to begin.
    static let ready = "ready"

    // MARK: - orders

    /// The text of an order.
    static func text(_ order: Order) -> String {
        switch order {
        case .start(let anchor):
            "start \(anchor.monotonicNanoseconds) \(anchor.unixNanoseconds)\n"
        case .abort(let words): "abort \(oneLine(words))\n"
        case .stop(let reason): "stop \(oneLine(reason.words))\n"
        case .receiver(let door): "receiver \(door.url) \(door.secret) \(door.topicSecret ?? "-")\n"
        case .webhook(let arrival): "webhook \(arrival.words)\n"
        case .question(let body, let received):
            "question \(received.nanoseconds) \(Data(body).base64EncodedString())\n"
        }
    }

    /// Reads one back; nil for what is none.
    static func order(_ line: String) -> Order? {
        let words = line.split(separator: " ", maxSplits: 1)
        guard words.count == 2 else { return nil }
        switch words[0] {
        case "start": return start(words[1])
        case "abort": return .abort(String(words[1]))
        case "stop": return DriveEnd.Reason(words: String(words[1])).map { .stop($0) }
        case "receiver": return receiver(words[1])
        case "webhook": return WebhookArrival(words: words[1]).map { .webhook($0) }
        case "question": return question(words[1])
        default: return nil
        }
    }

    private static func start(_ words: Substring) -> Order? {
        let numbers = words.split(separator: " ").compactMap { UInt64($0) }
        guard numbers.count == 2 else { return nil }
        return .start(.init(monotonicNanoseconds: numbers[0], unixNanoseconds: numbers[1]))
    }

    private static func receiver(_ words: Substring) -> Order? {
        let parts = words.split(separator: " ").map(String.init)
        guard parts.count == 3 else { return nil }
        return .receiver(
            .init(url: parts[0], secret: parts[1], topicSecret: parts[2] == "-" ? nil : parts[2]))
    }

    private static func question(_ words: Substring) -> Order? {
        let parts = words.split(separator: " ")
        guard parts.count == 2, let received = UInt64(parts[0]),
            let body = Data(base64Encoded: String(parts[1]))
        else { return nil }
        return .question([UInt8](body), Instant(nanoseconds: received))
    }

    private static func oneLine(_ words: String) -> String {
        words.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    // MARK: - what a worker tells

    private static let stopped = "stopped "

    /// A worker says that a rule or the host has stopped it.
    static func text(stopped reason: DriveEnd.Reason) -> String {
        stopped + oneLine(reason.words)
    }

    /// Reads that back; nil for any other line.
    static func stopReason(_ line: String) -> DriveEnd.Reason? {
        guard line.hasPrefix(stopped) else { return nil }
        return DriveEnd.Reason(words: String(line.dropFirst(stopped.count)))
    }
}
