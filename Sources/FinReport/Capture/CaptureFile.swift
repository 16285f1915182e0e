private import Foundation

/// A packet of a capture: when it was seen, on what kind of link, and its bytes.
struct CapturedPacket {
    /// Wall time.
    var unixNanoseconds: Int64
    /// The kind of link, as the registry of tcpdump.org numbers it.
    var link: UInt32
    /// Its place in the file's bytes.
    var range: Range<Int>
}

/// Reads a packet capture, packet by packet: classic pcap and pcapng, either byte order.
///
/// The whole file is held in memory. A last packet that was not written whole is left out: a capture
/// may be ended at any time.
/// - Source: draft-ietf-opsawg-pcap and draft-ietf-opsawg-pcapng.
struct CaptureFile {
    private struct Interface {
        var link: UInt32
        var ticksPerSecond: UInt64
    }

    let bytes: [UInt8]
    private let path: String
    private let isNewer: Bool
    private var isSwapped = false
    private var offset = 0
    private var interfaces: [Interface] = []
    /// Packets read so far.
    private(set) var count = 0

    /// - Throws: `ReportError` when the file cannot be read or is no capture.
    init(path: String) throws {
        self.path = path
        do {
            bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw RecordFiles.refused("be read", path, error)
        }
        let magic = bytes.count >= 24 ? CaptureFile.number(bytes, 0, 4, isSwapped: false) : 0
        isNewer = magic == 0x0A0D_0D0A
        if isNewer { return }
        let ticks: [UInt64: UInt64] = [0xA1B2_C3D4: 1_000_000, 0xA1B2_3C4D: 1_000_000_000]
        let swapped = CaptureFile.number(bytes, 0, 4, isSwapped: true)
        guard bytes.count >= 24, let perSecond = ticks[magic] ?? ticks[swapped] else {
            throw ReportError(
                .malformed, path: path,
                "is no packet capture; expected pcap or pcapng: write it with \"tcpdump -w\"")
        }
        isSwapped = ticks[magic] == nil
        let link = UInt32(CaptureFile.number(bytes, 20, 4, isSwapped: isSwapped) & 0xFFFF)
        interfaces = [Interface(link: link, ticksPerSecond: perSecond)]
        offset = 24
    }

    /// The next packet; nil at the end.
    ///
    /// - Throws: `ReportError` for a packet that the capture did not take whole.
    mutating func next() throws -> CapturedPacket? {
        isNewer ? try nextBlock() : try nextRecord()
    }

    private mutating func nextRecord() throws -> CapturedPacket? {
        guard offset + 16 <= bytes.count, let interface = interfaces.first else { return nil }
        let (seconds, fraction) = (number(offset, 4), number(offset + 4, 4))
        let captured = Int(number(offset + 8, 4))
        let start = offset + 16
        guard start + captured <= bytes.count else { return nil }
        try check(captured, of: Int(number(offset + 12, 4)))
        offset = start + captured
        let ticks = seconds * interface.ticksPerSecond + fraction
        return packet(ticks, interface, start..<start + captured)
    }

    private mutating func nextBlock() throws -> CapturedPacket? {
        while offset + 12 <= bytes.count {
            let start = offset
            var type = number(start, 4)
            if type == 0x0A0D_0D0A {
                isSwapped = CaptureFile.number(bytes, start + 8, 4, isSwapped: false) != 0x1A2B_3C4D
                interfaces = []
                type = 0x0A0D_0D0A
            }
            let length = Int(number(start + 4, 4))
            guard length >= 12, start + length <= bytes.count else { return nil }
            offset = start + length
            if type == 1 { interfaces.append(interface(start, length)) }
            if type == 6, let packet = try enhanced(start, length) { return packet }
        }
        return nil
    }

    private mutating func enhanced(_ start: Int, _ length: Int) throws -> CapturedPacket? {
        guard length >= 32 else { return nil }
        let index = Int(number(start + 8, 4))
        guard interfaces.indices.contains(index) else { return nil }
        let ticks = number(start + 12, 4) << 32 | number(start + 16, 4)
        let captured = Int(number(start + 20, 4))
        guard 28 + captured <= length else { return nil }
        try check(captured, of: Int(number(start + 24, 4)))
        return packet(ticks, interfaces[index], start + 28..<start + 28 + captured)
    }

    private func interface(_ start: Int, _ length: Int) -> Interface {
        var made = Interface(link: UInt32(number(start + 8, 2)), ticksPerSecond: 1_000_000)
        var place = start + 16
        while place + 4 <= start + length - 4 {
            let (code, size) = (number(place, 2), Int(number(place + 2, 2)))
            if code == 0 { break }
            // if_tsresol: a power of ten, or with its highest bit of two.
            if code == 9, size == 1, place + 4 < bytes.count {
                let value = bytes[place + 4]
                let base: UInt64 = value & 0x80 == 0 ? 10 : 2
                let steps = Int(min(value & 0x7F, base == 10 ? 18 : 62))
                made.ticksPerSecond = (0..<steps).reduce(UInt64(1)) { ticks, _ in ticks * base }
            }
            place += 4 + (size + 3) / 4 * 4
        }
        return made
    }

    private mutating func packet(
        _ ticks: UInt64, _ interface: Interface, _ range: Range<Int>
    ) -> CapturedPacket {
        count += 1
        let (seconds, rest) = ticks.quotientAndRemainder(dividingBy: interface.ticksPerSecond)
        let fraction = Double(rest) * 1e9 / Double(interface.ticksPerSecond)
        return CapturedPacket(
            unixNanoseconds: Int64(clamping: seconds) * 1_000_000_000 + Int64(fraction.rounded()),
            link: interface.link, range: range)
    }

    private func check(_ captured: Int, of length: Int) throws {
        if captured >= length { return }
        throw ReportError(
            .malformed, path: path,
            "packet \(count + 1) holds \(captured) of its \(length) bytes; expected whole packets: "
                + "capture again with \"tcpdump -s 0\"")
    }

    private func number(_ place: Int, _ count: Int) -> UInt64 {
        CaptureFile.number(bytes, place, count, isSwapped: isSwapped)
    }

    /// Little-endian, or big-endian where `isSwapped`.
    private static func number(
        _ bytes: [UInt8], _ place: Int, _ count: Int, isSwapped: Bool
    ) -> UInt64 {
        guard place + count <= bytes.count else { return 0 }
        return (0..<count).reduce(UInt64(0)) { value, index in
            value << 8 | UInt64(bytes[place + (isSwapped ? index : count - 1 - index)])
        }
    }
}
