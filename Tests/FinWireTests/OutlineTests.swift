import FinTestSupport
import Testing

@testable import FinWire

@Suite("the outline of a document")
struct OutlineTests {
    private func outline(
        _ text: String, showing shown: Set<[String]> = []
    ) throws -> [OutlineMember] {
        var scanner = EventScanner()
        return try scanner.outline(Array(text.utf8).span, showing: shown)
    }

    @Test("members are listed in order with kind and length, texts only where asked for")
    func members() throws {
        let text = #"{"a":"h\u00e9","b":{"c":"x","d":[1,{"e":2}]},"f":7,"g":null,"a":"y"}"#
        let members = try outline(text, showing: [["b", "c"], ["f"]])
        #expect(
            members.map(\.path) == [["a"], ["b"], ["b", "c"], ["b", "d"], ["f"], ["g"], ["a"]])
        #expect(
            members.map(\.kind)
                == [.string, .object, .string, .array, .number, .literal, .string])
        #expect(members.map(\.byteCount) == [3, 0, 1, 0, 0, 0, 1])
        #expect(members.map(\.text) == [nil, nil, "x", nil, nil, nil, nil])
        #expect(members.map(\.integer) == [nil, nil, nil, nil, 7, nil, nil])
    }

    @Test("objects are opened four deep")
    func depth() throws {
        let members = try outline(#"{"a":{"b":{"c":{"d":{"e":1}}}},"f":1}"#)
        #expect(members.last { $0.path.count > 1 }?.path == ["a", "b", "c", "d"])
        #expect(members.last?.path == ["f"])
    }

    @Test("256 members are listed, all are checked")
    func limit() throws {
        let many = (0..<300).map { #""k\#($0)":\#($0)"# }.joined(separator: ",")
        #expect(try outline("{\(many)}").count == 256)
        #expect(throws: WireError.self) { try outline("{\(many),}") }
    }

    @Test(
        "what no validator takes is no outline",
        arguments: [
            "", "{", #"{"a":1"#, #"{"a":01}"#, "[1]", #"{"a":{"b":tru}}"#, #"{"a":1}x"#,
            #"{"a":"\#u{1}"}"#,
        ])
    func wrong(text: String) {
        #expect(throws: WireError.self) { try outline(text) }
        #expect(!NaiveJSON.isValid(Array(text.utf8)) || text == "[1]")
    }

    @Test("containers deeper than 64 are refused here as everywhere")
    func nesting() throws {
        let fits =
            String(repeating: #"{"a":"#, count: 63) + "{}" + String(repeating: "}", count: 63)
        #expect(try outline(fits).count == 4)
        let deep = #"{"a":"# + fits + "}"
        #expect(throws: WireError.self) { try outline(deep) }
    }
}

@Suite("comment lines")
struct CommentTests {
    @Test("are counted whatever the split, up to a bound", arguments: ReadSplitter.allCases)
    func counted(splitter: ReadSplitter) {
        let text = "\u{FEFF}:one\r\n:\n\ndata: :no\n:three\r:four\n\nunknown\nx:y\n:unfinished"
        var generator = TestSeed.generator(73)
        var parser = EventParser()
        var events = EventCollector()
        splitter.split(Array(text.utf8), using: &generator) { bytes in
            do throws(WireError) { try parser.feed(bytes, to: &events) } catch {
                Issue.record("\(error)")
            }
        }
        #expect(parser.commentCount == 4, "\(TestSeed.note)")
        parser.reset()
        #expect(parser.commentCount == 0)
    }
}
