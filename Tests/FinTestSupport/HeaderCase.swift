internal import FinMeasure
internal import FinWire

/// Webhook signature headers: true ones, ones with a little damage, and odd ones.
public enum HeaderCase {
    static func failure(_ index: Int, tally: inout WireTally) -> String? {
        var generator = TestSeed.generator(index, 5)
        let key = random(1...90, &generator)
        let body = random(0...300, &generator)
        var header = NaiveHMAC.header(key: key, body: body)
        if Bool.random(using: &generator) { damage(&header, &generator) }
        tally.count(header == NaiveHMAC.header(key: key, body: body))
        return failure(key: key, header: header, body: body)
    }

    /// What the verifier says otherwise than the judge; nil when they agree.
    ///
    /// The judge: the header is the true one, byte for byte; an empty key has none.
    public static func failure(key: [UInt8], header: [UInt8], body: [UInt8]) -> String? {
        let isTrue = !key.isEmpty && header == NaiveHMAC.header(key: key, body: body)
        let verifier = SignatureKey(.finWebhook, secrets: [key])
        let isTaken = verifier.verify(header.span, of: body.span)
        if isTaken == isTrue { return nil }
        return "key \(key), body \(body): \(isTaken ? "took" : "refused") \(header.shown)"
    }

    private static func random(
        _ counts: ClosedRange<Int>, _ generator: inout SeededGenerator
    ) -> [UInt8] {
        let count = Int.random(in: counts, using: &generator)
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private static func damage(_ header: inout [UInt8], _ generator: inout SeededGenerator) {
        let place = Int.random(in: 0..<header.count, using: &generator)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: header.remove(at: place)
        case 1: header.insert(header[place], at: place)
        case 2: header[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 3: header = header.map { (0x61...0x66).contains($0) ? $0 - 0x20 : $0 }
        case 4: header.append(UInt8(ascii: " "))
        case 5: header += Array(", ".utf8) + header
        case 6: header.removeFirst(7)
        default: header.removeLast(24)  // the 40 digits of the seed's own sample
        }
    }
}
