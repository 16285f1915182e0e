import CFinScan
import FinMeasure
import FinTestSupport
import Testing

@Suite("Byte finders")
struct ScanTests {
    @Test("vector and portable finders agree with a byte loop, at every length and offset")
    func marks() {
        let buffer = GuardedBuffer(capacity: 4096)
        for index in 0..<2_000 {
            var generator = TestSeed.generator(index, 3)
            let bytes = randomBytes(&generator)
            let from = Int.random(in: 0...bytes.count, using: &generator)
            let isLineEnd: (UInt8) -> Bool = { $0 == 0x0A || $0 == 0x0D }
            let isMark: (UInt8) -> Bool = { $0 == 0x22 || $0 == 0x5C || $0 < 0x20 || $0 >= 0x80 }
            buffer.withCopy(of: bytes) { span in
                // Safe: the finders read the span's bytes during the closure.
                unsafe span.withUnsafeBufferPointer { input in
                    let count = input.count
                    guard let base = input.baseAddress else { return }
                    let ends = naive(bytes, from, isLineEnd)
                    let marks = naive(bytes, from, isMark)
                    let found = [
                        all(from, count) { unsafe finscan_line_ends(base, count, $0) },
                        all(from, count) { unsafe finscan_line_ends_portable(base, count, $0) },
                        all(from, count) { unsafe finscan_string_marks(base, count, $0) },
                        all(from, count) { unsafe finscan_string_marks_portable(base, count, $0) },
                    ]
                    #expect(found == [ends, ends, marks, marks], "\(TestSeed.note)")
                }
            }
        }
    }

    @Test("every byte value is marked as it should be, in every place of a block")
    func everyByte() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<64 {
                var block = [UInt8](repeating: 0x61, count: 64)
                block[place] = byte
                let isLineEnd = byte == 0x0A || byte == 0x0D
                let isMark = byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80
                let bit: UInt64 = 1 << UInt64(place)
                let ends = unsafe [
                    finscan_line_ends(block, 64, 0), finscan_line_ends_portable(block, 64, 0),
                ]
                let marks = unsafe [
                    finscan_string_marks(block, 64, 0), finscan_string_marks_portable(block, 64, 0),
                ]
                for found in ends where found.bits != (isLineEnd ? bit : 0) {
                    Issue.record("line end \(byte)")
                }
                for found in marks where found.bits != (isMark ? bit : 0) {
                    Issue.record("mark \(byte)")
                }
            }
        }
    }

    @Test("vector and portable hex decoders agree on every byte in every place")
    func hexDigits() {
        let digits = Array("00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef".utf8)
        for place in digits.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = digits
                changed[place] = byte
                var left = [UInt8](repeating: 0, count: 32)
                var right = left
                let isVector = unsafe finscan_hex_decode(changed, &left, 32, 0)
                let isPortable = unsafe finscan_hex_decode_portable(changed, &right, 32, 0)
                let isDigit = (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
                let isRight = (isVector != 0) == isDigit && (isPortable != 0) == isDigit
                if !isRight || isDigit && left != right { Issue.record("\(byte) at \(place)") }
            }
        }
    }

    /// Every mark from `from` on, block by block.
    private func all(_ from: Int, _ count: Int, _ find: (Int) -> finscan_marks) -> [Int] {
        var marks: [Int] = []
        var start = from
        while start <= count {
            let found = find(start)
            for bit in 0..<64 where found.bits >> UInt64(bit) & 1 == 1 {
                marks.append(Int(found.start) + bit)
            }
            if found.bits == 0 { break }
            start = min(Int(found.start) + 64, count)
            if start == count { break }
        }
        return marks
    }

    private func naive(_ bytes: [UInt8], _ from: Int, _ isMarked: (UInt8) -> Bool) -> [Int] {
        bytes.indices.filter { $0 >= from && isMarked(bytes[$0]) }
    }

    private func randomBytes(_ generator: inout SeededGenerator) -> [UInt8] {
        let count = Int.random(in: 1...400, using: &generator)
        let interval = Int.random(in: 1...200, using: &generator)
        return (0..<count).map { _ in
            Int.random(in: 0..<interval, using: &generator) == 0
                ? UInt8.random(in: 0...255, using: &generator) : UInt8(0x61)
        }
    }
}
