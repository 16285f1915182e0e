import Testing

@testable import FinLoop

/// Rows stay where they are, and go away once.
@Suite struct RowTableTests {
    private struct Row: ~Copyable {
        var value: Int
        let witness: Witness
        deinit { witness.endedCount += 1 }
    }

    private final class Witness {
        var endedCount = 0
    }

    private struct Broken: Error {}

    @Test("a row keeps what was written to it, and only that row")
    func rows() {
        let table = RowTable<Int>(count: 4) { $0 * 10 }
        #expect(table.count == 4)
        table.with(2) { $0 += 1 }
        let values = (0..<4).map { index in table.with(index) { $0 } }
        #expect(values == [0, 10, 21, 30])
    }

    @Test("an error passes through, and what was written before it stands")
    func failure() {
        let table = RowTable<Int>(count: 1) { _ in 0 }
        #expect(throws: Broken.self) {
            try table.with(0) { (row: inout Int) throws(Broken) in
                row = 5
                throw Broken()
            }
        }
        #expect(table.with(0) { $0 } == 5)
    }

    @Test("every row ends with its table, once")
    func ends() {
        let witness = Witness()
        do {
            let table = RowTable<Row>(count: 3) { Row(value: $0, witness: witness) }
            let sum = (0..<3).map { index in table.with(index) { $0.value } }.reduce(0, +)
            #expect(sum == 3)
            #expect(witness.endedCount == 0)
        }
        #expect(witness.endedCount == 3)
    }

    @Test("an index out of range is our bug")
    func bounds() async {
        await #expect(processExitsWith: .failure) {
            let table = RowTable<Int>(count: 2) { $0 }
            table.with(2) { $0 = 1 }
        }
        await #expect(processExitsWith: .failure) {
            let table = RowTable<Int>(count: 2) { $0 }
            table.with(-1) { $0 = 1 }
        }
    }
}
