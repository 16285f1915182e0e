import FinTestSupport
import Foundation
import Testing

@testable import FinReport

/// Captures made byte by byte, and what is read of them.
@Suite struct CaptureTests {
    private static let event =
        #"{"event_name":"NAME","conversation_id":"fb-1","status":"STATUS","chunk_index":0,"#
        + #""chunk_text":"Hi","stream_id":"s"}"#

    private static func frame(_ name: String, _ status: String) -> String {
        "data: " + event.replacing("NAME", with: name).replacing("STATUS", with: status) + "\n\n"
    }

    /// A response whose three events are HTTP chunks of their own.
    private static let response: [UInt8] = {
        let frames = [
            frame("fin_reply_chunk", "replying"), frame("fin_replied", "replying"),
            frame("fin_status_updated", "awaiting_user_reply"),
        ]
        let chunks = frames.map { String($0.utf8.count, radix: 16) + "\r\n" + $0 + "\r\n" }
        let head =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n"
        return Array((head + chunks.joined() + "0\r\n\r\n").utf8)
    }()

    /// Where each event's line feeds end in the response.
    private static var eventEnds: [Int] {
        let bytes = Array(response)
        return (1..<bytes.count).filter { place in
            bytes[place] == 0x0A && bytes[place - 1] == 0x0A
        }
    }

    private func events(_ capture: PacketWriter) throws -> CapturedEvents {
        let file = FileManager.default.temporaryDirectory
            .appendingPathComponent("finbench-capture-\(UUID().uuidString)")
        try Data(capture.bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try CapturedEvents(path: file.path)
    }

    @Test("each event has the stamp of the packet with its last byte", arguments: [false, true])
    func splits(isNewer: Bool) throws {
        var draws = TestSeed.generator(72)
        for link in [UInt32(1), 113, 276, 0, 101] {
            for isIPv6 in [false, true] {
                var writer = PacketWriter(link: link, isIPv6: isIPv6, isNewer: isNewer)
                var ends: [Int64] = []
                var sequence: UInt32 = 0xFFFF_FF00  // runs over zero within the response
                writer.packet(sequence &- 1, [], isFirst: true, at: 1)
                var place = 0
                var stamp: Int64 = 1000
                while place < Self.response.count {
                    let end = min(Self.response.count, place + .random(in: 1...90, using: &draws))
                    writer.packet(sequence, Array(Self.response[place..<end]), at: stamp)
                    for event in Self.eventEnds where (place..<end).contains(event) {
                        ends.append(stamp)
                    }
                    sequence &+= UInt32(end - place)
                    place = end
                    stamp += 1_000
                }
                let found = try events(writer)
                let stamps = found.events.map(\.unixNanoseconds)
                #expect(stamps == ends, "link \(link), \(TestSeed.note)")
                #expect(found.events.map(\.subject) == [.firstChunk, .firstReplied, .done])
                #expect(found.streams == 1)
                #expect(found.holes == 0)
            }
        }
    }

    @Test("what comes twice counts when it came first; what overtakes waits for what it overtook")
    func disorder() throws {
        var writer = PacketWriter(link: 1)
        let (first, rest) = (Self.response.prefix(200), Self.response.dropFirst(200))
        writer.packet(99, [], isFirst: true, at: 1)
        writer.packet(100 + 200, Array(rest), at: 5_000)
        writer.packet(100, Array(first), at: 9_000)
        writer.packet(100, Array(Self.response), at: 20_000)
        let found = try events(writer)
        #expect(found.events.map(\.unixNanoseconds) == [9_000, 9_000, 9_000])
    }

    @Test("a capture that does not hold whole packets is refused, and says how to take one")
    func truncated() throws {
        for isNewer in [false, true] {
            var writer = PacketWriter(link: 1, isNewer: isNewer)
            writer.packet(1, Self.response, at: 1, keeping: 96)
            #expect {
                try events(writer)
            } throws: { error in
                "\(error)".contains("packet 1 holds 96 of its") && "\(error)".contains("-s 0")
            }
        }
    }

    @Test("a file that is no capture is refused")
    func foreign() throws {
        var writer = PacketWriter(link: 1)
        writer.bytes = Array(String(repeating: "no capture at all ", count: 9).utf8)
        #expect { try events(writer) } throws: { "\($0)".contains("is no packet capture") }
    }

    @Test("TLS is seen as such, and read no further")
    func encrypted() throws {
        var writer = PacketWriter(link: 1)
        writer.packet(99, [], isFirst: true, at: 1)
        writer.packet(100, [0x16, 3, 1, 2, 0] + Self.response, at: 2_000)
        let found = try events(writer)
        #expect(found.events.isEmpty)
        #expect(found.encrypted == 1)
    }
}

/// Writes a capture: pcap in nanoseconds, or pcapng with the same.
private struct PacketWriter {
    var bytes: [UInt8] = []
    private let link: UInt32
    private let isIPv6: Bool
    private let isNewer: Bool

    init(link: UInt32, isIPv6: Bool = false, isNewer: Bool = false) {
        self.link = link
        self.isIPv6 = isIPv6
        self.isNewer = isNewer
        if isNewer {
            little(0x0A0D_0D0A, 28, 0x1A2B_3C4D, 0x0000_0001, .max, .max, 28)
            // One interface, its stamps in nanoseconds.
            little(1, 32, link, 0)
            bytes += [9, 0, 1, 0, 9, 0, 0, 0, 0, 0, 0, 0]
            little(32)
        } else {
            little(0xA1B2_3C4D, 0x0004_0002, 0, 0, 262_144, link)
        }
    }

    private mutating func little(_ numbers: UInt32...) {
        for number in numbers {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
    }

    private func big(_ number: UInt32, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
    }

    /// One segment from 127.0.0.1 or ::1, port 80, to itself, port 40000.
    mutating func packet(
        _ sequence: UInt32, _ payload: [UInt8], isFirst: Bool = false, at unix: Int64,
        keeping limit: Int = .max
    ) {
        let flags: UInt8 = isFirst ? 0x12 : 0x18
        let tcp =
            big(80, 2) + big(40000, 2) + big(sequence, 4) + big(0, 4) + [0x50, flags]
            + [UInt8](repeating: 0, count: 6) + payload
        let whole = linkHeader + address(tcp.count) + tcp
        let kept = Array(whole.prefix(limit))
        let (seconds, fraction) = unix.quotientAndRemainder(dividingBy: 1_000_000_000)
        guard isNewer else {
            little(
                UInt32(seconds), UInt32(fraction), UInt32(kept.count), UInt32(whole.count))
            bytes += kept
            return
        }
        let padding = (4 - kept.count % 4) % 4
        let length = UInt32(32 + kept.count + padding)
        little(6, length, 0, UInt32(truncatingIfNeeded: unix >> 32))
        little(UInt32(truncatingIfNeeded: unix), UInt32(kept.count), UInt32(whole.count))
        bytes += kept + [UInt8](repeating: 0, count: padding)
        little(length)
    }

    private var linkHeader: [UInt8] {
        let type: UInt32 = isIPv6 ? 0x86DD : 0x0800
        switch link {
        case 0: return [isIPv6 ? 10 : 2, 0, 0, 0]
        case 1: return [UInt8](repeating: 0, count: 12) + big(0x8100, 2) + big(5, 2) + big(type, 2)
        case 113: return [UInt8](repeating: 0, count: 14) + big(type, 2)
        case 276: return big(type, 2) + [UInt8](repeating: 0, count: 18)
        default: return []
        }
    }

    private func address(_ count: Int) -> [UInt8] {
        if isIPv6 {
            let loopback = [UInt8](repeating: 0, count: 15) + [1]
            return [0x60, 0, 0, 0] + big(UInt32(count), 2) + [6, 64] + loopback + loopback
        }
        let ends: [UInt8] = [127, 0, 0, 1, 127, 0, 0, 1]
        return [0x45, 0] + big(UInt32(count + 20), 2) + [0, 0, 0x40, 0, 64, 6, 0, 0] + ends
    }
}
