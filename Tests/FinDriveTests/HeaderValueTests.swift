import Testing

@testable import FinDrive

/// Header lines, read without making text of them.
@Suite struct HeaderValueTests {
    private func value(_ name: String, _ line: String) -> String? {
        let bytes = Array(line.utf8)
        guard let value = HeaderValue.of(name, in: bytes.span) else { return nil }
        var copy: [UInt8] = []
        for index in value.indices { copy.append(value[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    @Test(
        "a header is found by its name, whatever its case and the blanks before its value",
        arguments: [
            "x-request-id: abc", "X-Request-ID:abc", "X-REQUEST-ID: \t abc", "x-ReQuest-iD:abc",
        ])
    func found(line: String) {
        #expect(value("x-request-id", line) == "abc")
    }

    @Test(
        "another header is not taken for it",
        arguments: [
            "x-request-id", "x-request-ids: abc", "x-request-i: abc", " x-request-id: abc", "",
            "x-request-id : abc", "HTTP/1.1 200 OK",
        ])
    func other(line: String) {
        #expect(value("x-request-id", line) == nil)
    }

    @Test("a header without a value has an empty one", arguments: ["a:", "a: ", "A:\t"])
    func empty(line: String) {
        #expect(value("a", line) == "")
    }

    @Test("only letters have a case")
    func begins() {
        let lines = [
            "Text/Event-Stream; charset=utf-8", "text\u{0F}event-stream", "text/event",
        ]
        let verdicts = lines.map { line in
            HeaderValue.begins(line.utf8.span, with: "text/event-stream")
        }
        #expect(verdicts == [true, false, false])
    }
}
