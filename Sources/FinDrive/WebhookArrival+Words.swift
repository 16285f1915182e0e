internal import FinMeasure
internal import FinWire

// A webhook on its way from the process that received it to the one whose conversation it is.
extension WebhookArrival {
    private static let wordCount = 17

    /// The webhook as numbers with spaces between them, a dash for what it does not say.
    public var words: String {
        let numbers: [UInt64?] = [
            received.nanoseconds, isDuplicate ? 1 : 0, UInt64(event.name.rawValue),
            UInt64(event.status.rawValue), UInt64(event.reason.rawValue),
            UInt64(event.continuity.rawValue), event.isEnveloped ? 1 : 0,
            UInt64(clamping: event.duplicateKeys), UInt64(clamping: event.wrongTypes),
            event.chunkIndex.map { UInt64(UInt32(bitPattern: $0)) },
            event.createdAtMilliseconds.map { UInt64(bitPattern: $0) },
        ]
        let digests = [event.conversationID, event.streamID, event.messageID].flatMap {
            [$0?.bits, $0.map { UInt64($0.byteCount) }]
        }
        return (numbers + digests).map { $0.map(String.init) ?? "-" }.joined(separator: " ")
    }

    /// Reads it back; nil for what is no webhook.
    public init?(words: Substring) {
        let parts = words.split(separator: " ")
        let numbers = parts.map { UInt64($0) }
        guard parts.count == WebhookArrival.wordCount,
            zip(parts, numbers).allSatisfy({ $0 == "-" || $1 != nil }), let received = numbers[0]
        else { return nil }
        func byte(_ index: Int) -> UInt8 { UInt8(clamping: numbers[index] ?? 0) }
        func digest(_ index: Int) -> TextDigest? {
            guard let bits = numbers[index], let count = numbers[index + 1] else { return nil }
            return TextDigest(bits: bits, byteCount: UInt32(clamping: count))
        }
        var event = EventFields()
        event.name = EventFields.Name(rawValue: byte(2)) ?? .unknown
        event.status = EventFields.Status(rawValue: byte(3)) ?? .unknown
        event.reason = EventFields.Reason(rawValue: byte(4)) ?? .other
        event.continuity = TextContinuity(rawValue: byte(5)) ?? .none
        event.isEnveloped = numbers[6] == 1
        event.duplicateKeys = Int(clamping: numbers[7] ?? 0)
        event.wrongTypes = Int(clamping: numbers[8] ?? 0)
        event.chunkIndex = numbers[9].map { Int32(bitPattern: UInt32(clamping: $0)) }
        event.createdAtMilliseconds = numbers[10].map { Int64(bitPattern: $0) }
        event.conversationID = digest(11)
        event.streamID = digest(13)
        event.messageID = digest(15)
        self.init(
            event: event, received: Instant(nanoseconds: received), isDuplicate: numbers[1] == 1)
    }
}
