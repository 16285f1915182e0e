import FinMeasure
import Testing

@testable import FinLoop

/// A POST's own header line, over real sockets.
@Suite struct RowHeaderTests {
    private static let answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

    @Test("each POST carries its own line beside the shared ones, also one of another length")
    func lines() throws {
        let steps: [ScriptServer.Step] = [.request, .write(RowHeaderTests.answer)]
        let server = ScriptServer([steps + steps + steps + steps + [.await]])
        defer { server.goOn() }
        let listener = Listener()
        var settings = TransferSettings(rowCount: 1)
        settings.postHeaders = ["X-Shared: yes"]
        let loop = try TransferLoop(settings: settings, delegate: listener)
        let lines = ["X-Own: 11", "X-Own: 22", "", "X-Own: a longer one"]
        for (index, line) in lines.enumerated() {
            loop.post(
                0, url: "http://127.0.0.1:\(server.port)/", body: [0x78], header: Array(line.utf8))
            #expect(listener.run(loop) { listener.results.count == index + 1 })
        }
        let requests = server.seen.requests
        try #require(requests.count == lines.count)
        for (line, request) in zip(lines, requests) {
            #expect(request.contains("\r\nX-Shared: yes\r\n"))
            let own = request.split(separator: "\r\n").filter { $0.hasPrefix("X-Own:") }
            #expect(own.map { String($0) } == (line.isEmpty ? [] : [line]))
        }
    }
}
