internal import FinMeasure
private import Foundation
private import Synchronization

/// What the server did in one turn, on the monotonic clock; one line of the truth log.
struct TruthRow: Sendable, Equatable {
    var conversationID: String
    var turn: Int
    var fault = ""
    var requestReceived: Instant
    var firstChunkWritten: Instant?
    var firstRepliedWritten: Instant?
    var doneWritten: Instant?

    static let header =
        "conversation_id,turn,fault,request_received_ns,first_chunk_written_ns,"
        + "first_replied_written_ns,done_written_ns\n"

    /// The CSV line; empty where it did not happen.
    var line: String {
        let times = [firstChunkWritten, firstRepliedWritten, doneWritten].map { instant in
            instant.map { String($0.nanoseconds) } ?? ""
        }
        return "\(CSVText.field(conversationID)),\(turn),\(fault),\(requestReceived.nanoseconds),"
            + times.joined(separator: ",") + "\n"
    }
}

/// The truth log: rows are kept in memory by the loop and written to the file by another thread.
final class TruthLog: Sendable {
    private let path: String
    private let file: FileHandle
    private let pending = Mutex<[UInt8]>([])

    init(path: String, header: String = TruthRow.header) throws(SimulatorError) {
        let header = Data(header.utf8)
        guard FileManager.default.createFile(atPath: path, contents: header),
            let file = FileHandle(forWritingAtPath: path)
        else {
            throw SimulatorError(
                .cannotWrite,
                "truth log \"\(path)\" cannot be created; name a file in an existing, writable folder"
            )
        }
        self.path = path
        self.file = file
    }

    /// Keeps a row for the next flush.
    func append(_ row: TruthRow) { append(row.line) }

    /// Keeps a delivery's row for the next flush.
    func append(_ row: WebhookTruthRow) { append(row.line) }

    /// Keeps a request's row for the next flush.
    func append(_ row: HITLTruthRow) { append(row.line) }

    private func append(_ line: String) {
        pending.withLock { $0.append(contentsOf: line.utf8) }
    }

    /// Writes what is kept to the end of the file.
    func flush() throws(SimulatorError) {
        let bytes = pending.withLock { bytes in
            defer { bytes = [] }
            return bytes
        }
        if bytes.isEmpty { return }
        do {
            try file.seekToEnd()
            try file.write(contentsOf: Data(bytes))
        } catch {
            throw SimulatorError(
                .cannotWrite,
                "truth log \"\(path)\" cannot be written (\(error)); free space on its volume")
        }
    }

    /// Flushes four times a second until the task is cancelled.
    func keepFlushing() async throws {
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(250))
            try flush()
        }
    }
}

/// What a simulator writes down beside serving: nil where nobody asked for it.
struct Truths: Sendable {
    var turns: TruthLog?
    var webhooks: TruthLog?
    var hitl: TruthLog?

    /// Those that are kept.
    var all: [TruthLog] { [turns, webhooks, hitl].compactMap(\.self) }
}
