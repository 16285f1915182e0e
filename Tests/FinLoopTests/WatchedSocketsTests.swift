import Glibc
import Testing

@testable import FinLoop

/// What is known of the connections that nothing uses, and who hears of them.
@Suite struct WatchedSocketsTests {
    // EPOLLIN of epoll_ctl(2).
    private static let reading: UInt32 = 1

    /// Two sockets that hear each other, closed at the end.
    private func withPair(_ body: (Int32, Int32) throws -> Void) throws {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        try #require(unsafe socketpair(AF_UNIX, kind, 0, &ends) == 0)
        defer { ends.forEach { close($0) } }
        try body(ends[0], ends[1])
    }

    @Test("a shard has a free connection from the end of one transfer to the next's begin")
    func idle() throws {
        try withPair { fd, _ in
            var sockets = WatchedSockets(try Epoll(), shardCount: 3)
            sockets.open(fd)
            let tag = WatchedSockets.tag(fd, shard: 2)
            #expect(WatchedSockets.parts(tag) == (fd, 2))
            try sockets.watch(fd, events: WatchedSocketsTests.reading, tag: tag)
            #expect(!sockets.hasFree(shard: 2))
            for _ in 0..<3 {
                sockets.release(fd, isAnswered: true)
                #expect(sockets.hasFree(shard: 2))
                #expect(!sockets.hasFree(shard: 1))
                try sockets.watch(fd, events: WatchedSocketsTests.reading, tag: tag)
                #expect(!sockets.hasFree(shard: 2))
                let isOurs = sockets.take(fd)
                #expect(isOurs)
            }
        }
    }

    @Test(
        "a free connection that is closed, or whose number is dialled anew, is none",
        arguments: ["closed", "opened", "ended and closed"])
    func gone(_ how: String) throws {
        try withPair { fd, _ in
            var sockets = WatchedSockets(try Epoll(), shardCount: 1)
            sockets.open(fd)
            try sockets.watch(fd, events: WatchedSocketsTests.reading, tag: .init(fd))
            sockets.release(fd, isAnswered: true)
            switch how {
            case "ended and closed":
                // What comes while nobody waits is no event of libcurl's, and no end for sure.
                let isOurs = sockets.take(fd)
                #expect(!isOurs && sockets.hasFree(shard: 0))
                sockets.forget(fd)
            case "closed": sockets.forget(fd)
            default: sockets.open(fd)
            }
            #expect(!sockets.hasFree(shard: 0))
            // Nor is it counted twice when libcurl closes it after that.
            sockets.forget(fd)
            sockets.open(fd)
            try sockets.watch(fd, events: WatchedSocketsTests.reading, tag: .init(fd))
            sockets.release(fd, isAnswered: true)
            #expect(sockets.hasFree(shard: 0))
        }
    }

    @Test("a connection without an answer is not kept")
    func unanswered() throws {
        try withPair { fd, _ in
            var sockets = WatchedSockets(try Epoll(), shardCount: 1)
            sockets.open(fd)
            try sockets.watch(fd, events: WatchedSocketsTests.reading, tag: .init(fd))
            sockets.release(fd, isAnswered: false)
            #expect(!sockets.hasFree(shard: 0))
        }
    }
}
