import FinMeasure
import FinTestSupport
import FinTestThreads
import FinWire
import Testing

@Suite("JSON check", .heavy)
struct JSONTests {
    @Test(
        "valid documents pass",
        arguments: [
            "{}", "[]", " \t\r\n{ } ", "0", "-0", "1.5e+10", "-12.25E-3", "\"\"", "true", "false",
            "null", #""\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00""#, "\"é€😀\u{7F}\"", "[1,[2,{\"a\":[]}]]",
            #"{"a":{"b":null},"a":1}"#, "123456789012345678901234567890",
        ])
    func valid(text: String) {
        #expect(verdict(text) == nil)
        #expect(NaiveJSON.isValid(Array(text.utf8)))
    }

    @Test(
        "a broken document names the rule and the place",
        arguments: [
            ("", WireError.Code.truncated, 0), ("  ", .truncated, 2), ("{", .truncated, 1),
            ("{\"a\"", .truncated, 4), ("{\"a\":", .truncated, 5), ("{\"a\":1", .truncated, 6),
            ("[1,", .truncated, 3), ("\"abc", .truncated, 4), ("\"abc\\", .truncated, 4),
            ("\"\\u12", .truncated, 5), ("tru", .truncated, 3), ("-", .truncated, 1),
            ("1.", .truncated, 2), ("\"\\ud83d", .truncated, 7), ("\"\\ud83d\\", .truncated, 8),
            ("{,}", .unexpectedByte, 1), ("[1 2]", .unexpectedByte, 3),
            ("{a:1}", .unexpectedByte, 1),
            ("[1,]", .unexpectedByte, 3), ("{\"a\":1,}", .unexpectedByte, 7),
            ("nul1", .unexpectedByte, 0),
            ("trux", .unexpectedByte, 0), ("trx", .unexpectedByte, 0), ("'a'", .unexpectedByte, 0),
            ("{} {}", .trailingGarbage, 3), ("{}x", .trailingGarbage, 2),
            ("1 2", .trailingGarbage, 2),
            ("01", .badNumber, 0), ("-x", .badNumber, 1), ("1.e5", .badNumber, 2),
            ("+1", .badNumber, 0),
            ("1ex", .badNumber, 2), (".5", .badNumber, 0),
            ("\"a\u{1}b\"", .controlCharacter, 2), ("\"a\nb\"", .controlCharacter, 2),
            ("\"a\\x\"", .badEscape, 2), ("\"\\u12g4\"", .badEscape, 1),
            ("\"\\ud83d\"", .loneSurrogate, 1), ("\"\\ud83dx\"", .loneSurrogate, 1),
            ("\"\\ude00\"", .loneSurrogate, 1), ("\"\\ude00\\ude00\"", .loneSurrogate, 1),
            ("\"\\ud83d\\u0041\"", .loneSurrogate, 1),
            ("\"\\ud83d\\n\"", .loneSurrogate, 1),
        ])
    func broken(text: String, code: WireError.Code, offset: Int) {
        #expect(verdict(text) == WireError(code, byteOffset: offset))
        #expect(!NaiveJSON.isValid(Array(text.utf8)))
    }

    @Test(
        "bytes that are not UTF-8 are refused where they begin",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3, 0x41], [0xE0, 0x9F, 0xBF],
            [0xED, 0xA0, 0x80], [0xE2, 0x82, 0x41], [0xF0, 0x8F, 0xBF, 0xBF],
            [0xF4, 0x90, 0x80, 0x80],
            [0xF5, 0x80, 0x80, 0x80], [0xFF], [0xE2, 0x82],
        ] as [[UInt8]])
    func notUTF8(bytes: [UInt8]) {
        let document = Array("\"a".utf8) + bytes + Array("\"  ".utf8)
        #expect(verdict(document) == WireError(.badUTF8, byteOffset: 2))
    }

    @Test(
        "every lead and second byte is judged as the standard library judges it, first or in a run")
    func everyLead() {
        for lead in UInt8(0x80)...0xFF {
            for second in UInt8(0x7E)...0xFF {
                for third: UInt8 in [0x41, 0x80, 0xBF] {
                    let character = [lead, second, third]
                    let isValid = String(validating: character, as: UTF8.self) != nil
                    for before in ["", "é"] {
                        let document =
                            Array("\"\(before)".utf8) + character + Array("12345678\"".utf8)
                        if (verdict(document) == nil) != isValid { Issue.record("\(document)") }
                    }
                }
            }
        }
    }

    @Test("64 containers may be open, 65 may not")
    func nesting() {
        let pairs = [("[", "]", "[]"), ("{\"a\":", "}", "{}"), ("[", "]", "{}")]
        for (open, close, inmost) in pairs {
            let deepest =
                String(repeating: open, count: 63) + inmost + String(repeating: close, count: 63)
            #expect(verdict(deepest) == nil)
            #expect(verdict(open + deepest + close)?.code == .nestingTooDeep)
        }
    }

    @Test("nesting counts from the top also for members that are read")
    func nestingInMembers() {
        for key in ["\"x\"", "\"message\"", "\"data\"", "\"status\"", "\"chunk_index\""] {
            let inside = String(repeating: "[", count: 63) + String(repeating: "]", count: 63)
            #expect(scanVerdict("{\(key):\(inside)}") == nil)
            #expect(scanVerdict("{\(key):[\(inside)]}")?.code == .nestingTooDeep)
            #expect(scanVerdict("{\"message\":{\"id\":[\(inside)]}}")?.code == .nestingTooDeep)
        }
    }

    @Test("every prefix of an object is incomplete, and says so at its end or its last escape")
    func prefixes() {
        let document = Array(
            #"{"a":[1.5e3,true,null,"x\u00e9\ud83d\ude00é"],"status":"resolved"}"#.utf8)
        for count in 0..<document.count {
            let prefix = Array(document.prefix(count))
            #expect(verdict(prefix)?.code == .truncated, "\(count) bytes")
            #expect(scanVerdict(String(decoding: prefix, as: UTF8.self))?.code != nil)
        }
    }

    @Test("10,000 damaged documents get the verdict of the rules")
    func equalToNaive() {
        let corpus = Sample.all.flatMap { parse($0.bytes).events.map(\.data) } + DocumentMaker.extra
        var scanner = EventScanner()
        var validCount = 0
        for index in 0..<10_000 {
            let document = DocumentMaker.damage(corpus, index)
            let expected = NaiveJSON.isValid(document)
            validCount += expected ? 1 : 0
            var mark = TextMark()
            let isScanned: Bool
            do throws(WireError) {
                _ = try scanner.scan(document.span, mark: &mark)
                isScanned = true
            } catch {
                isScanned = error.code == .notAnObject || DocumentMaker.isBrokenInside(document)
            }
            guard (verdict(document) == nil) != expected || expected && !isScanned else { continue }
            Issue.record(
                "case \(index): \(String(decoding: document, as: UTF8.self)); \(TestSeed.note)")
            return
        }
        // A generator that only breaks documents, or never does, would prove nothing.
        #expect(validCount > 500 && validCount < 9_500, "\(validCount) valid; \(TestSeed.note)")
    }

    @Test("nothing is read beyond a document's last byte")
    func guardPage() {
        let buffer = GuardedBuffer(capacity: 4096)
        let document = parse(Sample.startWithChunks.bytes).events[3].data
        for count in 0...document.count {
            let error = buffer.withCopy(of: Array(document.prefix(count))) { verdict($0) }
            #expect((error == nil) == (count == document.count))
        }
    }
}

/// What `validate` says; `nil` is its approval.
func verdict(_ document: Span<UInt8>) -> WireError? {
    do throws(WireError) {
        try EventScanner.validate(document)
        return nil
    } catch { return error }
}

func verdict(_ document: [UInt8]) -> WireError? { verdict(document.span) }
func verdict(_ text: String) -> WireError? { verdict(Array(text.utf8)) }

/// What `scan` says; `nil` is its approval.
func scanVerdict(_ text: String) -> WireError? {
    var scanner = EventScanner()
    var mark = TextMark()
    do throws(WireError) {
        _ = try scanner.scan(Array(text.utf8).span, mark: &mark)
        return nil
    } catch { return error }
}

/// Documents with a little damage.
enum DocumentMaker {
    static let extra = [
        #"{"a":[1.5e3,-0.1,true,false,null,{"b":[]}],"c":"x\u00e9\ud83d\ude00é€😀\\\"\/\n"}"#,
        #"[{"k":"\uD834\uDD1E"},[[]],"",0,-1,1E+2,"日本語"]"#, #" { "data" : "{\"a\":1}" } "#,
    ].map { Array($0.utf8) }

    static let bytes: [UInt8] =
        Array("{}[]\",:\\u0123456789abcdefE+-. \t\r\n\0tnl/x".utf8) + [
            0x80, 0xC3, 0xE2, 0xED, 0xF0, 0xFF, 0x1F,
        ]

    static func damage(_ corpus: [[UInt8]], _ index: Int) -> [UInt8] {
        var generator = TestSeed.generator(index, 2)
        var document = corpus[Int.random(in: 0..<corpus.count, using: &generator)]
        for _ in 0..<Int.random(in: 0...3, using: &generator) where !document.isEmpty {
            let place = Int.random(in: 0..<document.count, using: &generator)
            let byte = bytes[Int.random(in: 0..<bytes.count, using: &generator)]
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: document.remove(at: place)
            case 1: document.insert(byte, at: place)
            case 2: document.insert(UInt8(ascii: " "), at: place)
            case 3: document.removeSubrange(place..<min(document.count, place + 4))
            default: document[place] = byte
            }
        }
        return document
    }

    /// Whether this is a sound envelope around text that is not: a scan refuses it for its inside.
    static func isBrokenInside(_ document: [UInt8]) -> Bool {
        NaiveJSON.isValid(document)
            && String(decoding: document, as: UTF8.self).contains(#""data""#)
    }
}
