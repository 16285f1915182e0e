import FinMeasure

@testable import FinLoop

/// A loop with a delegate that keeps what it is told.
final class Listener: TransferDelegate {
    /// One call of the delegate.
    enum Call {
        case header(Int, String)
        case status(Int, Int, ArrivalStamp)
        case bytes(Int, String, ArrivalStamp)
        case finished(Int, TransferResult)
    }

    private(set) var calls: [Call] = []
    private(set) var mailCount = 0
    /// How many reads of body bytes were over when each call of the loop's was.
    private(set) var readsBeforeEnds: [Int] = []
    /// Called for each read; false hangs up.
    var onBytes: (Int) -> Bool = { _ in true }
    var onStatus: (Int) -> Void = { _ in }
    var onFinished: (Int) -> Void = { _ in }

    func transfer(_ row: Int, _ kind: TransferKind, headerLine: Span<UInt8>) {
        calls.append(.header(row, Listener.text(headerLine)))
    }

    func transfer(_ row: Int, _ kind: TransferKind, status: Int, at stamp: ArrivalStamp) {
        calls.append(.status(row, status, stamp))
        onStatus(row)
    }

    func transfer(
        _ row: Int, _ kind: TransferKind, bytes: Span<UInt8>, at stamp: ArrivalStamp
    ) -> Bool {
        calls.append(.bytes(row, Listener.text(bytes), stamp))
        return onBytes(row)
    }

    func transfer(_ row: Int, _ kind: TransferKind, finished result: TransferResult) {
        calls.append(.finished(row, result))
        onFinished(row)
    }

    func readsAreOver() {
        if readsBeforeEnds.last != reads.count { readsBeforeEnds.append(reads.count) }
    }

    func mailboxIsReady() { mailCount += 1 }

    private static func text(_ bytes: Span<UInt8>) -> String {
        var copy: [UInt8] = []
        for index in bytes.indices { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    // MARK: - what was told

    var results: [TransferResult] {
        calls.compactMap { call in
            if case .finished(_, let result) = call { result } else { nil }
        }
    }

    var headers: [String] {
        calls.compactMap { call in
            if case .header(_, let line) = call { line } else { nil }
        }
    }

    var statuses: [(status: Int, stamp: ArrivalStamp)] {
        calls.compactMap { call in
            if case .status(_, let status, let stamp) = call { (status, stamp) } else { nil }
        }
    }

    var reads: [(text: String, stamp: ArrivalStamp)] {
        calls.compactMap { call in
            if case .bytes(_, let text, let stamp) = call { (text, stamp) } else { nil }
        }
    }

    /// Polls until something holds; a minute at the most.
    ///
    /// - Parameter step: the longest wait; shorter for what no socket tells the loop.
    func run(
        _ loop: TransferLoop, step: Nanoseconds = .seconds(10), until isOver: () -> Bool
    ) -> Bool {
        let deadline = Clock.now() + .seconds(60)
        while !isOver() {
            if Clock.now() >= deadline { return false }
            _ = loop.poll(precise: .never, coarse: Clock.now() + step)
        }
        return true
    }
}
