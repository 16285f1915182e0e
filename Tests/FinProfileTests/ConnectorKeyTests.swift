import FinMeasure
import FinProfile
import Testing

@Suite("connectors and simulator.connectors")
struct ConnectorKeyTests {
    private func parse(_ text: String) throws -> Profile {
        try Profile.parse(text: text, source: "test.yaml")
    }

    @Test("are read whole, and are nothing when left out")
    func whole() throws {
        let read = try parse(
            """
            connectors: {listen: '127.0.0.2:8081', answer: 20ms, failures: 5%, id: '12345'}
            simulator:
              connectors: {url: 'http://127.0.0.1:9/o', share: 30%, at: after_answer, method: get,
                           timeout: 2s, edits_live: true}
            """)
        var endpoint = Profile.Connectors()
        (endpoint.host, endpoint.port) = ("127.0.0.2", 8081)
        endpoint.answerTime = .fixed(20e6)
        endpoint.failures = 0.05
        endpoint.id = "12345"
        #expect(read.connectors == endpoint && endpoint.isLoopback)
        var executed = SimulatorSettings.Connectors(url: "http://127.0.0.1:9/o")
        executed.share = 0.3
        executed.place = .afterAnswer
        executed.method = .get
        executed.timeout = 2e9
        executed.editsLive = true
        #expect(read.simulator.connectors == executed)
        let plain = try parse("name: a")
        #expect(plain.connectors == nil && plain.simulator.connectors == nil)
        #expect(plain.simulator.namesRequests && plain.hostedConnectors == nil)
        #expect(try !parse("simulator: {request_ids: false}").simulator.namesRequests)
    }

    @Test("a run hosts the endpoint where it is asked to, and where its simulator needs one")
    func hosted() throws {
        let needed = "simulator: {connectors: {share: 10%}}"
        #expect(try parse(needed).hostedConnectors == Profile.Connectors())
        let own = "simulator: {connectors: {url: 'http://127.0.0.1:9/'}}"
        #expect(try parse(own).hostedConnectors == nil)
        let target = "target: {url: 'http://127.0.0.1:1'}\n"
        #expect(try parse(target + needed).hostedConnectors == nil)
        #expect(try parse(target + "connectors: {id: '1'}").hostedConnectors?.id == "1")
        let open = try parse("connectors: {listen: '0.0.0.0:1'}").hostedConnectors
        #expect(open?.isLoopback == false)
    }

    @Test(
        "are refused where they cannot work, with the key",
        arguments: [
            ("connectors: {listen: localhost}", "connectors.listen \"localhost\" must be an addr"),
            ("connectors: {listen: 'a:70000'}", "connectors.listen \"a:70000\" must be"),
            ("connectors: {failures: 101%}", "connectors.failures"),
            ("connectors: {id: 'a/b'}", "connectors.id"),
            ("simulator: {connectors: {at: never}}", "simulator.connectors.at"),
            ("simulator: {connectors: {method: head}}", "simulator.connectors.method"),
            ("simulator: {connectors: {timeout: 0s}}", "simulator.connectors.timeout"),
            ("simulator: {connectors: {url: 'https://h/'}}", "simulator.connectors.url must be an"),
            ("simulator: {connectors: {url: 'http://a:canary@h/'}}", "without a password"),
        ])
    func wrong(text: String, words: String) {
        let error = #expect(throws: ProfileError.self) { try parse(text) }
        let message = error.map { "\($0)" } ?? ""
        #expect(message.contains(words) && !message.contains("canary"), "\(message)")
    }
}
