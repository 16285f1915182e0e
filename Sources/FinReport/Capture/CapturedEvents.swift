internal import FinWire

/// An event of Fin's, and the packet that completed it.
struct CapturedEvent {
    var conversation: TextDigest
    var subject: TruthAudit.Subject
    var unixNanoseconds: Int64
}

/// Every event of Fin's in a capture of plain HTTP/1.1.
struct CapturedEvents {
    private(set) var events: [CapturedEvent] = []
    private(set) var packets = 0
    private(set) var streams = 0
    /// Directions in which bytes are missing.
    private(set) var holes = 0
    /// Directions that begin as TLS does.
    private(set) var encrypted = 0

    /// Reads a whole capture.
    ///
    /// - Throws: `ReportError` for what is no capture, or holds packets that are cut short.
    init(path: String) throws {
        var file = try CaptureFile(path: path)
        let bytes = file.bytes
        var directions: [TCPFlow: Direction] = [:]
        while let packet = try file.next() {
            guard let segment = TCPSegment(packet, in: bytes) else { continue }
            let direction = directions[segment.flow] ?? Direction()
            directions[segment.flow] = direction
            direction.take(segment, at: packet.unixNanoseconds, bytes)
        }
        packets = file.count
        for direction in directions.values {
            events += direction.events
            streams += direction.streams
            holes += direction.holes
            encrypted += direction.isEncrypted ? 1 : 0
        }
        events.sort { $0.unixNanoseconds < $1.unixNanoseconds }
    }

    /// One direction of a connection: from segments to events.
    private final class Direction {
        private var order = SegmentOrder()
        private var reader = ResponseReader()
        private var parser = EventParser()
        private var collector = Collector()
        private(set) var streams = 0
        private(set) var isEncrypted = false
        private var hasBegun = false

        var events: [CapturedEvent] { collector.events }
        var holes: Int { order.holes }

        func take(_ segment: TCPSegment, at unix: Int64, _ bytes: [UInt8]) {
            if segment.isFirst {
                reader = ResponseReader()
                hasBegun = false
                order = SegmentOrder()
            }
            let (pieces, hasHole) = order.take(segment, at: unix)
            // Behind a hole nothing says where the next response begins.
            if hasHole || (reader.isForeign && !hasBegun) { reader = ResponseReader() }
            for piece in pieces { read(piece, bytes) }
        }

        private func read(_ piece: SegmentOrder.Piece, _ bytes: [UInt8]) {
            if !hasBegun {
                // The first byte of a TLS record that greets.
                isEncrypted = isEncrypted || bytes[piece.range.lowerBound] == 0x16
                hasBegun = true
            }
            collector.unixNanoseconds = piece.unixNanoseconds
            reader.feed(bytes, piece.range) { found in
                switch found {
                case .stream:
                    streams += 1
                    parser.reset()
                case .body(let range): feed(bytes, range)
                }
            }
        }

        private func feed(_ bytes: [UInt8], _ range: Range<Int>) {
            do throws(WireError) {
                try parser.feed(bytes.span.extracting(range), to: &collector)
            } catch {
                // An event beyond the parser's limit: the driver ended that turn as well.
                parser.reset()
            }
        }
    }

    private struct Collector: EventVisitor, ~Copyable {
        var events: [CapturedEvent] = []
        var unixNanoseconds: Int64 = 0
        private var scanner = EventScanner()
        private var mark = TextMark()

        mutating func visit(_ event: borrowing EventView) {
            guard let fields = scan(event.data), let conversation = fields.conversationID,
                let subject = Collector.subject(fields)
            else { return }
            events.append(
                CapturedEvent(
                    conversation: conversation, subject: subject, unixNanoseconds: unixNanoseconds))
        }

        private mutating func scan(_ data: Span<UInt8>) -> EventFields? {
            do throws(WireError) { return try scanner.scan(data, mark: &mark) } catch { return nil }
        }

        private static func subject(_ fields: EventFields) -> TruthAudit.Subject? {
            switch fields.name {
            case .replyChunk: return .firstChunk
            case .replied: return .firstReplied
            case .statusUpdated:
                switch fields.status {
                case .awaitingUserReply, .escalated, .resolved, .complete: return .done
                default: return nil
                }
            default: return nil
            }
        }
    }
}
