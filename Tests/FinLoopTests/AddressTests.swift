import Testing

@testable import FinLoop

/// Where a URL points, by the parser that dials it.
@Suite struct AddressTests {
    @Test(
        "a URL of this machine is known, however it is written",
        arguments: [
            ("http://127.0.0.1/", "127.0.0.1", 80), ("http://127.1:81/", "127.0.0.1", 81),
            ("http://2130706433/", "127.0.0.1", 80), ("http://0x7f.0.0.1/", "127.0.0.1", 80),
            ("http://localhost:8080/x?y", "localhost", 8080),
            ("https://[::1]/", "::1", 443), ("HTTPS://LocalHost", "localhost", 443),
            ("http://user:word@127.0.0.1:1/", "127.0.0.1", 1),
            ("http://evil.com@127.255.255.255/", "127.255.255.255", 80),
        ])
    func loopback(url: String, host: String, port: Int) throws {
        let address = try #require(Address(url: url))
        #expect(address.host == host)
        #expect(address.port == port)
        #expect(address.isLoopback)
    }

    @Test(
        "a URL of another host is not this machine's, however near it looks",
        arguments: [
            "http://127.0.0.1.evil.com/", "http://localhost.evil.com/", "http://128.0.0.1/",
            "http://127.0.0.1@evil.com/", "http://localhost:80@evil.com:80/", "http://0.0.0.0/",
            "http://[::]/", "http://[::2]/", "http://evil.com/127.0.0.1",
            "http://evil.com/?@127.0.0.1", "http://evil.com#@127.0.0.1", "http://127.evil.com/",
        ])
    func elsewhere(url: String) throws {
        let address = try #require(Address(url: url))
        #expect(!address.isLoopback)
    }

    @Test(
        "signs and letters in a number make a name of it, not an address of this machine",
        arguments: ["http://127.+0.0.1/", "http://127.0.0.0x1y/", "http://127.0.0.1./x"])
    func oddNumbers(url: String) {
        #expect(Address(url: url)?.isLoopback != true || Address(url: url)?.host == "127.0.0.1")
    }

    @Test(
        "what cannot be dialled as http or https is no address",
        arguments: [
            "", "/", "127.0.0.1", "localhost:80", "ftp://localhost/", "file:///etc/hosts",
            "http://", "http://localhost:65536/", "http://localhost:-1/", "http://localhost:x/",
            "http://local host/", "http://[::1/",
        ])
    func refused(url: String) {
        #expect(Address(url: url) == nil)
    }

    @Test("an address needs no look-up", arguments: ["http://127.0.0.1/", "http://10.1.2.3/"])
    func numbers(url: String) throws {
        let address = try #require(Address(url: url))
        #expect(try address.resolved() == nil)
    }
}
