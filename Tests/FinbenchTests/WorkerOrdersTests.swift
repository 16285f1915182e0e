import Testing

@testable import finbench

/// The lines for one worker, gathered while it reads.
@Suite struct WorkerOrdersTests {
    private func all(_ orders: WorkerOrders) async -> [String] {
        var pieces: [String] = []
        for await piece in orders.pieces { pieces.append(piece) }
        return pieces
    }

    @Test("what was added before anybody read leaves as one piece, in its order")
    func gathered() async {
        let orders = WorkerOrders()
        for word in ["one", "two", "three"] { #expect(orders.add(.abort(word))) }
        orders.finish()
        #expect(await all(orders) == ["abort one\nabort two\nabort three\n"])
    }

    @Test("what is added while it is read follows")
    func followed() async {
        let orders = WorkerOrders()
        orders.add(.abort("one"))
        var text = ""
        for await piece in orders.pieces {
            text += piece
            if piece.hasSuffix("one\n") { orders.add(.abort("two")) } else { orders.finish() }
        }
        #expect(text == "abort one\nabort two\n")
    }

    @Test("no order is taken once they are over, and the reader comes to an end")
    func over() async {
        let orders = WorkerOrders()
        orders.finish()
        #expect(!orders.add(.abort("late")))
        #expect(await all(orders).isEmpty)
        for await _ in orders.dismissed { Issue.record("nothing is said there") }
    }

    @Test("behind 16 MiB no order is kept; what is kept is not lost")
    func limit() async {
        let orders = WorkerOrders()
        let line = String(repeating: "x", count: 1 << 20)
        var taken = 0
        while orders.add(.abort(line)) {
            taken += 1
            if taken > 20 { break }
        }
        #expect(taken == 16)
        orders.finish()
        #expect(await all(orders).joined().utf8.count == 16 * ((1 << 20) + 7))
    }
}
