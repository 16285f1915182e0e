import FinTestSupport
import Foundation
import NIOCore
import Testing

@testable import FinSimulator

@Suite("What Fin says")
struct AnswerTextTests {
    let text = AnswerText()

    @Test("is never cut inside a character, and escapes to JSON that reads back the same")
    func prefixes() throws {
        var generator = TestSeed.generator(1)
        for _ in 0..<500 {
            let start = text.wordStarts[Int(generator.next() % UInt64(text.wordStarts.count))]
            let wanted = Int(generator.next() % UInt64(3 * text.plain.count))
            let length = text.wholeLength(from: start, atMost: wanted)
            #expect(wanted - length < 4, "\(TestSeed.note)")
            var json: [UInt8] = [UInt8(ascii: "\"")]
            text.visitEscaped(from: start, length: length) { json.append(contentsOf: $0) }
            json.append(UInt8(ascii: "\""))
            let decoded = try JSONDecoder().decode(String.self, from: Data(json))
            let expected: [UInt8] = (0..<length).map { text.plain[(start + $0) % text.plain.count] }
            #expect([UInt8](decoded.utf8) == expected, "\(TestSeed.note)")
        }
    }

    @Test("has what a careless parser trips over, and nothing that HTML would need escaped")
    func content() {
        let string = String(decoding: text.plain, as: UTF8.self)
        for needle in ["\"", "\n", "é", "€"] { #expect(string.contains(needle)) }
        for forbidden in ["<", ">", "&"] { #expect(!string.contains(forbidden)) }
        #expect(text.wordStarts.count > 100)
    }

    @Test("a string is quoted so that JSON reads it back")
    func quoting() throws {
        for string in ["", "plain", "\"\\/\n\r\t\u{0}\u{1F}", "é€🙁"] {
            let data = Data(JSONText.quoted(string))
            #expect(try JSONDecoder().decode(String.self, from: data) == string)
        }
        #expect(JSONText.hex(UInt64(0xAB)) == "00000000000000ab")
    }

    @Test("an instant is written as Foundation writes it")
    func wireTime() {
        var generator = TestSeed.generator(2)
        let format = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        // Up to the year 2200, and two leap days by name.
        var samples: [UInt64] = [0, 951_782_400_000, 1_709_251_199_999]
        for _ in 0..<2000 { samples.append(generator.next() % UInt64(7_258_118_400_000)) }
        for milliseconds in samples {
            var buffer = ByteBuffer()
            WireTime.write(milliseconds, to: &buffer)
            // A thousandth is not exact in binary: half a one keeps the formatter from the edge.
            let date = Date(timeIntervalSince1970: (Double(milliseconds) + 0.25) / 1000)
            #expect(String(buffer: buffer) == date.formatted(format), "\(TestSeed.note)")
        }
    }
}
