internal import FinMeasure
private import Foundation

/// One histogram as HdrHistogram's V2 encoding holds it: base64 of a compressed frame.
///
/// Shape, big-endian: int32 cookie, int32 length, zlib stream of: int32 cookie, int32 length of
/// the counts, int32 normalizing offset, int32 digits, int64 lowest, int64 highest, double ratio,
/// then the counts as ZigZag LEB128-64b9B, a negative number standing for that many empty slots.
enum HistogramPayload {
    private static let compressedCookie: UInt32 = 0x1c84_9314
    private static let countsCookie: UInt32 = 0x1c84_9313
    private static let headerLength = 40

    /// Encodes the slots; what stands beside them is not part of the format.
    static func encode(_ counts: SeriesCounts) -> String {
        let packed = Deflate.pack(frame(counts))
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packed.count + 8)
        append(compressedCookie, to: &bytes)
        append(UInt32(packed.count), to: &bytes)
        bytes.append(contentsOf: packed)
        return Data(bytes).base64EncodedString()
    }

    private static func frame(_ counts: SeriesCounts) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(counts.slots.count * 4)
        var next = 0
        for slot in counts.slots {
            if slot.index > next { ZigZag.append(Int64(next - slot.index), to: &body) }
            ZigZag.append(Int64(clamping: slot.count), to: &body)
            next = slot.index + 1
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(headerLength + body.count)
        append(countsCookie, to: &bytes)
        append(UInt32(body.count), to: &bytes)
        append(UInt32(0), to: &bytes)
        append(UInt32(counts.layout.digits), to: &bytes)
        append(counts.layout.lowest, to: &bytes)
        append(counts.layout.highest, to: &bytes)
        append((1.0).bitPattern, to: &bytes)
        return bytes + body
    }

    /// Decodes slots and layout; nil when the text is not such a payload.
    static func decode(_ text: Substring) -> SeriesCounts? {
        guard let data = Data(base64Encoded: String(text)) else { return nil }
        let outer = [UInt8](data)
        guard read32(outer, 0) == compressedCookie, let length = read32(outer, 4),
            outer.count >= 8 + Int(length),
            // 9 bytes for each of the slots that any layout in use can have.
            let frame = Deflate.unpack(outer[8..<8 + Int(length)], limit: 1 << 21),
            read32(frame, 0) == countsCookie, let body = read32(frame, 4),
            frame.count >= headerLength + Int(body), let layout = layout(frame)
        else { return nil }
        return slots(frame.span.extracting(headerLength..<headerLength + Int(body)), of: layout)
            .map { SeriesCounts(layout: layout, slots: $0) }
    }

    private static func layout(_ frame: [UInt8]) -> HistogramLayout? {
        guard read32(frame, 8) == 0, let digits = read32(frame, 12), (1...5).contains(digits),
            let lowest = read64(frame, 16), let highest = read64(frame, 24),
            // Beyond 2^40 as the lowest value no slot of five digits would fit 64 bits.
            lowest >= 1, lowest < 1 << 40, highest >= 2 * lowest, highest < 1 << 62
        else { return nil }
        return HistogramLayout(lowest: lowest, highest: highest, digits: Int(digits))
    }

    private static func slots(
        _ body: Span<UInt8>, of layout: HistogramLayout
    ) -> SeriesCounts.Slots? {
        var slots = SeriesCounts.Slots()
        slots.reserveCapacity(body.count / 2)
        let slotCount = layout.slotCount
        var offset = 0
        var index = 0
        while offset < body.count {
            guard let value = ZigZag.take(from: body, at: &offset) else { return nil }
            if value <= 0 {
                guard value.magnitude <= UInt64(slotCount - index) else { return nil }
                index += max(1, Int(value.magnitude))
            } else {
                guard index < slotCount, value <= SeriesCounts.Slots.mostValues else { return nil }
                slots.append(SeriesCounts.Slot(index: index, count: UInt64(value)))
                index += 1
            }
            if index > slotCount { return nil }
        }
        return slots
    }

    private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
        for shift in stride(from: value.bitWidth - 8, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> shift))
        }
    }

    private static func read32(_ bytes: [UInt8], _ offset: Int) -> UInt32? {
        guard bytes.count >= offset + 4 else { return nil }
        return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func read64(_ bytes: [UInt8], _ offset: Int) -> UInt64? {
        guard bytes.count >= offset + 8 else { return nil }
        return bytes[offset..<offset + 8].reduce(0) { $0 << 8 | UInt64($1) }
    }
}
