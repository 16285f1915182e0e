import Glibc
import Testing

@testable import FinLoop

/// What goes from one thread to another.
@Suite struct HandOverTests {
    private final class Buffer: @unchecked Sendable {
        // Touched only by the side that holds the buffer.
        var values: [Int] = []
    }

    @Test("every value arrives once and in order, however slow the consumer")
    func threads() {
        let handOver = HandOver(spares: [Buffer()])
        PlainThread.start(name: "filler") {
            var buffer = Buffer()
            for value in 0..<20_000 {
                buffer.values.append(value)
                if let spare = handOver.takeSpare() {
                    handOver.hand(buffer)
                    buffer = spare
                }
            }
            buffer.values.append(-1)
            handOver.hand(buffer)
        }
        var seen: [Int] = []
        while seen.last != -1 {
            let buffer = handOver.take()
            seen += buffer.values
            buffer.values.removeAll()
            handOver.giveBack(buffer)
        }
        #expect(seen == Array(0..<20_000) + [-1])
    }

    @Test("the filler is told when there is no empty buffer, and gets the one given back")
    func spares() {
        let first = Buffer()
        let handOver = HandOver(spares: [first])
        #expect(handOver.takeSpare() === first)
        #expect(handOver.takeSpare() == nil)
        handOver.hand(first)
        #expect(handOver.takeSpare() == nil)
        handOver.giveBack(handOver.take())
        #expect(handOver.takeSpare() === first)
    }

    @Test("a mailbox keeps the order of each of its senders and loses nothing")
    func mailbox() throws {
        let mailbox = try Mailbox<Int>()
        #expect(mailbox.drain().isEmpty)
        let epoll = try Epoll()
        try epoll.watch(mailbox.descriptor, events: 1, tag: 77)
        for sender in 0..<4 {
            PlainThread.start(name: "sender \(sender)") {
                for number in 0..<1000 { mailbox.post(sender * 1000 + number) }
            }
        }
        var seen: [Int] = []
        // Each wait is ended by a post; ten seconds without one are a lost wake-up.
        while seen.count < 4000, epoll.wait(nanoseconds: 10_000_000_000) == 1 {
            #expect(epoll.event(0).tag == 77)
            seen += mailbox.drain()
        }
        for sender in 0..<4 {
            let own = seen.filter { $0 / 1000 == sender }
            #expect(own == Array(sender * 1000..<sender * 1000 + 1000))
        }
    }

    @Test("what epoll cannot watch is said, with the call and what to do")
    func unwatchable() throws {
        let file = unsafe open(#filePath, O_RDONLY)
        defer { close(file) }
        try #require(file >= 0)
        let epoll = try Epoll()
        let error = #expect(throws: LoopError.self) { try epoll.watch(file, events: 1, tag: 1) }
        #expect(error?.operation == "epoll_ctl" && error?.errno == EPERM)
        #expect(error?.description.contains("max_user_watches") == true)
    }

    @Test("a mailbox wakes a wait once for all that was posted before it is drained")
    func wakeUps() throws {
        let mailbox = try Mailbox<Int>()
        let epoll = try Epoll()
        try epoll.watch(mailbox.descriptor, events: 1, tag: 77)
        #expect(epoll.wait(nanoseconds: 0) == 0)
        mailbox.post(1)
        mailbox.post(2)
        #expect(epoll.wait(nanoseconds: 0) == 1)
        #expect(mailbox.drain() == [1, 2])
        #expect(epoll.wait(nanoseconds: 0) == 0)
    }
}
