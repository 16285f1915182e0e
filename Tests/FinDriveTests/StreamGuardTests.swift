import Testing

@testable import FinDrive

/// Which stream URLs may be dialled.
@Suite struct StreamGuardTests {
    private func verdict(_ url: String, isLive: Bool = false) -> Bool {
        var streamGuard = StreamGuard(isLive: isLive)
        return streamGuard.allows(url)
    }

    @Test(
        "this machine's streams may always be dialled",
        arguments: [
            "http://127.0.0.1:8080/sse?token=a", "http://localhost/sse", "http://[::1]:9/sse",
            "https://127.9.9.9/sse", "HTTP://LOCALHOST:1/sse", "http://evil.com@127.0.0.1/sse",
        ])
    func loopback(url: String) {
        #expect(verdict(url))
        #expect(verdict(url, isLive: true))
    }

    @Test(
        "other hosts' streams may be dialled only in a live run",
        arguments: [
            "https://evil.com/sse", "http://127.0.0.1.evil.com/sse",
            "http://127.0.0.1@evil.com/sse", "http://127.0.0.1:80@evil.com/sse",
            "http://localhost.evil.com/sse", "http://10.0.0.1/sse", "http://0.0.0.0/sse",
            "http://evil.com?@127.0.0.1/", "http://evil.com#@127.0.0.1/",
            "http://[::2]/sse", "http:///sse",
        ])
    func elsewhere(url: String) {
        #expect(!verdict(url))
        #expect(verdict(url, isLive: true))
    }

    @Test(
        "what is no URL of HTTP may never be dialled",
        arguments: [
            "", "/sse", "127.0.0.1/sse", "ftp://127.0.0.1/sse", "file:///etc/passwd",
            "http://127.0.0.1:99999/sse", "http://127.0.0.1:x/sse",
            "http://127.0.0.1 .evil.com/sse",
        ])
    func never(url: String) {
        #expect(!verdict(url))
        #expect(!verdict(url, isLive: true))
    }

    @Test("a backslash hides no host: what is judged is what libcurl would dial")
    func backslash() {
        // In libcurl a backslash belongs to the user part; what follows the last @ is the host.
        #expect(!verdict(#"http://127.0.0.1\@evil.com/"#))
        #expect(!verdict(#"http://127.0.0.1:1\@evil.com/"#))
        #expect(verdict(#"http://evil.com\@127.0.0.1/"#))
        var streamGuard = StreamGuard(isLive: false)
        let verdicts = ["http://127.0.0.1/", #"http://127.0.0.1\@evil.com/"#].map {
            streamGuard.allows($0)
        }
        #expect(verdicts == [true, false])
    }

    @Test("the verdict that is remembered is that of the same scheme and authority only")
    func cached() {
        var streamGuard = StreamGuard(isLive: false)
        let urls = [
            "http://127.0.0.1/a", "http://127.0.0.1/b?token=@", "http://127.0.0.1.evil.com/a",
            "http://127.0.0.1/c", "http://127.0.0.1:80@evil.com/", "http://127.0.0.1/d",
            "https://evil.com/a", "https://evil.com/b", "https://127.0.0.1/a",
            #"http://127.0.0.1/\..\@evil.com"#,
        ]
        let verdicts = urls.map { streamGuard.allows($0) }
        #expect(
            verdicts == [true, true, false, true, false, true, false, false, true, true])
    }

    @Test("verdicts are right beyond those that are remembered")
    func many() {
        var streamGuard = StreamGuard(isLive: false)
        for round in 0..<3 {
            for number in 0..<200 {
                let isOurs = streamGuard.allows("http://127.0.0.\(number):1/sse")
                let isTheirs = streamGuard.allows("http://10.0.0.\(number):1/sse")
                #expect(isOurs && !isTheirs, "host \(number), round \(round)")
            }
        }
    }
}
