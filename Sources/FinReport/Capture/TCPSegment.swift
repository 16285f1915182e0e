/// One direction of a TCP connection.
struct TCPFlow: Hashable {
    /// Addresses as two halves each: an IPv4 address stands in the second.
    var source: (UInt64, UInt64)
    var target: (UInt64, UInt64)
    /// The source's port, then the target's.
    var ports: UInt32

    static func == (left: TCPFlow, right: TCPFlow) -> Bool {
        left.source == right.source && left.target == right.target && left.ports == right.ports
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(source.0)
        hasher.combine(source.1)
        hasher.combine(target.1)
        hasher.combine(ports)
    }
}

/// What a packet carries of a TCP connection.
struct TCPSegment {
    var flow: TCPFlow
    var sequence: UInt32
    /// Whether it opens its direction; the first byte then has the next number.
    var isFirst: Bool
    /// The payload's place in the file's bytes.
    var payload: Range<Int>

    /// Reads a packet's headers; nil for what is no TCP over IP, or a fragment.
    init?(_ packet: CapturedPacket, in bytes: [UInt8]) {
        let range = packet.range
        var reader = HeaderReader(bytes: bytes, place: range.lowerBound, end: range.upperBound)
        guard reader.skipLink(packet.link) else { return nil }
        let version = reader.byte(0) >> 4
        guard var flow = version == 4 ? reader.skipIPv4() : version == 6 ? reader.skipIPv6() : nil,
            reader.count >= 20
        else { return nil }
        flow.ports = UInt32(reader.number(0, 4))
        let length = Int(reader.byte(12) >> 4) * 4
        guard length >= 20, length <= reader.count else { return nil }
        self.flow = flow
        sequence = UInt32(reader.number(4, 4))
        isFirst = reader.byte(13) & 0x02 != 0
        payload = reader.place + length..<reader.end
    }
}

/// Walks through the headers of one packet.
private struct HeaderReader {
    let bytes: [UInt8]
    var place: Int
    var end: Int

    var count: Int { end - place }

    func byte(_ offset: Int) -> UInt8 { place + offset < end ? bytes[place + offset] : 0 }

    /// Big-endian, as all that comes by wire.
    func number(_ offset: Int, _ count: Int) -> UInt64 {
        (0..<count).reduce(UInt64(0)) { $0 << 8 | UInt64(byte(offset + $1)) }
    }

    /// Ethernet (VLAN tags too), Linux cooked captures, the loopback forms, raw IP.
    mutating func skipLink(_ link: UInt32) -> Bool {
        switch link {
        case 0, 108: place += 4
        case 1:
            place += 12
            while [0x8100, 0x88A8].contains(number(0, 2)) { place += 4 }
            place += 2
        case 101, 228, 229: break
        case 113: place += 16
        case 276: place += 20
        default: return false
        }
        return count >= 20
    }

    mutating func skipIPv4() -> TCPFlow? {
        let (header, total) = (Int(byte(0) & 15) * 4, Int(number(2, 2)))
        let isFragment = number(6, 2) & 0x3FFF != 0
        guard header >= 20, byte(9) == 6, !isFragment else { return nil }
        let flow = TCPFlow(source: (0, number(12, 4)), target: (0, number(16, 4)), ports: 0)
        // Segments that the network card cuts may be longer than the field says: then it is 0.
        if total >= header { end = min(end, place + total) }
        place += header
        return flow
    }

    mutating func skipIPv6() -> TCPFlow? {
        let length = Int(number(4, 2))
        var next = byte(6)
        let flow = TCPFlow(
            source: (number(8, 8), number(16, 8)), target: (number(24, 8), number(32, 8)), ports: 0)
        if length > 0 { end = min(end, place + 40 + length) }
        place += 40
        // Options, routing, destination options: each names what follows and its own length.
        while [0, 43, 60].contains(next), count >= 8 {
            next = byte(0)
            place += Int(byte(1)) * 8 + 8
        }
        return next == 6 ? flow : nil
    }
}
