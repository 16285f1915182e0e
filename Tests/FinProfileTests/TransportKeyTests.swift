import FinMeasure
import FinProfile
import Testing

@Suite struct TransportKeyTests {
    @Test("HTTP/2 and its streams a connection are read, and are in the record of the run")
    func http2() throws {
        let profile = try parsed(
            """
            target: {region: us}
            transport: {http: 2, streams_per_connection: 25}
            """)
        #expect(profile.transport.isHTTP2)
        #expect(profile.transport.streamsPerConnection == 25)
        guard case .object(let keys) = profile.json else {
            Issue.record("not an object")
            return
        }
        #expect(
            keys["transport"]
                == .object(["http": .string("2"), "streams_per_connection": .number(25)]))
    }

    @Test("HTTP/1.1 is what is spoken unless asked, ten streams share a connection of HTTP/2")
    func standard() throws {
        let profile = try parsed("target: {region: us}")
        #expect(!profile.transport.isHTTP2)
        #expect(profile.transport.streamsPerConnection == 10)
        #expect(try !parsed("transport: {http: 1.1}").transport.isHTTP2)
    }

    @Test("HTTP/2 without TLS is refused: nobody would negotiate it")
    func plain() throws {
        let targets = ["", "target: {url: 'http://127.0.0.1:1'}\n"]
        for target in targets {
            let message = try #require(refusal(of: target + "transport: {http: 2}"))
            #expect(message.contains("transport.http \"2\" needs a target"), "\(message)")
        }
    }
}
