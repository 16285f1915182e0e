import CFinScan
import FinMeasure
import FinTestSupport
import FinTestThreads
import Testing

@Suite("Byte finders", .heavy)
struct ScanTests {
    @Test("finders of every kind agree with a byte loop, at every length and offset")
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
                        unsafe lineEnds(from, count) {
                            unsafe finscan_line_ends(base, count, $0, $1)
                        },
                        unsafe lineEnds(from, count) {
                            unsafe finscan_line_ends_avx2(base, count, $0, $1)
                        },
                        unsafe lineEnds(from, count) {
                            unsafe finscan_line_ends_portable(base, count, $0, $1)
                        },
                        all(from, count) { unsafe finscan_string_marks(base, count, $0) },
                        all(from, count) { unsafe finscan_string_marks_avx2(base, count, $0) },
                        all(from, count) { unsafe finscan_string_marks_portable(base, count, $0) },
                    ]
                    let expected = [ends, ends, ends, marks, marks, marks]
                    #expect(found == expected, "\(TestSeed.note)")
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
                let ends = byte == 0x0A || byte == 0x0D ? [place] : []
                let isMark = byte == 0x22 || byte == 0x5C || byte < 0x20 || byte >= 0x80
                let bit: UInt64 = 1 << UInt64(place)
                let found = [
                    unsafe lineEnds(0, 64) { unsafe finscan_line_ends(block, 64, $0, $1) },
                    unsafe lineEnds(0, 64) { unsafe finscan_line_ends_avx2(block, 64, $0, $1) },
                    unsafe lineEnds(0, 64) { unsafe finscan_line_ends_portable(block, 64, $0, $1) },
                ]
                if found != [ends, ends, ends] { Issue.record("line end \(byte) at \(place)") }
                let marks = unsafe [
                    finscan_string_marks(block, 64, 0), finscan_string_marks_avx2(block, 64, 0),
                    finscan_string_marks_portable(block, 64, 0),
                ]
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

    @Test("a scan for line ends stops where its room or its offsets end, and goes on from there")
    func longInputs() {
        let buffer = GuardedBuffer(capacity: 300_000)
        for interval in [1, 2, 3, 63, 64, 65, 130, 70_000, 400_000] {
            let bytes = (1...300_000).map { $0 % interval == 0 ? UInt8(0x0A) : 0x61 }
            let ends = naive(bytes, 1) { $0 == 0x0A }
            buffer.withCopy(of: bytes) { span in
                // Safe: the finders read the span's bytes during the closure.
                unsafe span.withUnsafeBufferPointer { input in
                    let count = input.count
                    guard let base = input.baseAddress else { return }
                    let found = unsafe lineEnds(1, count) {
                        unsafe finscan_line_ends(base, count, $0, $1)
                    }
                    let older = unsafe lineEnds(1, count) {
                        unsafe finscan_line_ends_avx2(base, count, $0, $1)
                    }
                    let portable = unsafe lineEnds(1, count) {
                        unsafe finscan_line_ends_portable(base, count, $0, $1)
                    }
                    #expect(found == ends, "every \(interval) bytes")
                    #expect(older == ends && portable == ends, "every \(interval) bytes")
                }
            }
        }
    }

    @Test("vector and portable walks over a string end at the same byte, the one that needs a look")
    func stringRuns() {
        let buffer = GuardedBuffer(capacity: 4096)
        // Backslashes come often, so that their runs cross the blocks' borders at odd and even counts.
        let common: [[UInt8]] =
            [[0x61], [0x5C, 0x5C], [0x5C, 0x22]]
            + ["ü", "プ", "😀", "\\u00e9"].map { Array($0.utf8) }
        let odd: [[UInt8]] =
            [
                [0x5C], [0x22], [0x5C, 0x75], [0xC3], [0x1F], [0x80], [0xE2, 0x82],
                [0xED, 0xA0, 0x80],
            ]
            + ["bfnrt/\\\"".utf8.map { $0 }, Array("\\ud83d".utf8), Array("\\u12g4".utf8)]
        for index in 0..<4_000 {
            var generator = TestSeed.generator(index, 5)
            let oddity = Int.random(in: 1...300, using: &generator)
            let plain = common.shuffled(using: &generator).prefix(index % common.count + 1)
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 1...300, using: &generator) {
                let isOdd = Int.random(in: 0..<oddity, using: &generator) == 0
                bytes +=
                    (isOdd ? odd.randomElement(using: &generator) : nil)
                    ?? plain.randomElement(using: &generator) ?? []
            }
            buffer.withCopy(of: bytes) { span in
                // Safe: the walks read the span's bytes during the closure.
                unsafe span.withUnsafeBufferPointer { input in
                    let areRight = unsafe runsEndRight(input, bytes)
                    #expect(areRight, "\(TestSeed.note)")
                }
            }
        }
    }

    @Test("behind a backslash only the eight letters are stepped over, in every place of a block")
    func escapedLetters() {
        var bytes = [UInt8](repeating: 0x61, count: 130)
        bytes[129] = 0x22
        for byte in UInt8.min...UInt8.max {
            for place in 0..<64 {
                bytes.replaceSubrange(place..<place + 2, with: [0x5C, byte])
                let areRight = unsafe bytes.withUnsafeBufferPointer {
                    unsafe runsEndRight($0, bytes)
                }
                if !areRight {
                    Issue.record("byte \(byte) behind a backslash at \(place)")
                }
                bytes.replaceSubrange(place..<place + 2, with: [0x61, 0x61])
            }
        }
    }

    @Test("a character is stepped over where it is whole UTF-8, at the borders of a block too")
    func characters() {
        var bytes = [UInt8](repeating: 0x61, count: 140)
        let seconds: [UInt8] = [0x41, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC2]
        let others: [UInt8] = [0x41, 0x80, 0xBF, 0xC2]
        for lead in UInt8(0x80)...0xFF {
            for second in seconds {
                for (third, fourth) in others.flatMap({ third in others.map { (third, $0) } }) {
                    let place = [0, 29, 30, 31, 60, 61, 62, 63, 125, 136][Int(lead &+ third) % 10]
                    let character = [lead, second, third, fourth]
                    bytes.replaceSubrange(place..<place + 4, with: character)
                    let areRight = unsafe bytes.withUnsafeBufferPointer {
                        unsafe runsEndRight($0, bytes)
                    }
                    if !areRight {
                        Issue.record("\(character) at \(place)")
                    }
                    bytes.replaceSubrange(place..<place + 4, with: [0x61, 0x61, 0x61, 0x61])
                }
            }
        }
    }

    /// Whether both walks end where a naive one does and tell of an escape where there is one.
    private func runsEndRight(_ input: UnsafeBufferPointer<UInt8>, _ bytes: [UInt8]) -> Bool {
        let end = endOfRun(bytes)
        let hasEscape = bytes.prefix(end + 1).contains(0x5C)
        let vector = unsafe finscan_string_run(input.baseAddress, input.count, 0)
        let portable = unsafe finscan_string_run_portable(input.baseAddress, input.count, 0)
        return [vector, portable].allSatisfy {
            Int(bitPattern: UInt($0.end)) == end && ($0.has_escape != 0) == hasEscape
        }
    }

    /// Where characters and escapes that stand for themselves end.
    private func endOfRun(_ bytes: [UInt8]) -> Int {
        var index = 0
        while index < bytes.count {
            let length = bytes[index] == 0x5C ? escape(bytes[index...]) : character(bytes[index...])
            if length == 0 { break }
            index += length
        }
        return index
    }

    private func escape(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let letter = bytes.dropFirst().first else { return 0 }
        if "\"\\/bfnrt".utf8.contains(letter) { return 2 }
        let digits = String(decoding: bytes.dropFirst(2).prefix(4), as: UTF8.self)
        guard letter == UInt8(ascii: "u"), digits.utf8.count == 4,
            digits.allSatisfy(\.isHexDigit), let unit = UInt32(digits, radix: 16),
            Unicode.Scalar(unit) != nil
        else { return 0 }
        return 6
    }

    private func character(_ bytes: ArraySlice<UInt8>) -> Int {
        guard let lead = bytes.first, lead >= 0x20, lead != 0x22 else { return 0 }
        let length = (1...4).first { length in
            let text = String(validating: bytes.prefix(length), as: UTF8.self)
            return text?.unicodeScalars.count == 1
        }
        return length ?? 0
    }

    /// Every line end from `from` on, scan by scan.
    private func lineEnds(
        _ from: Int, _ count: Int,
        _ find: (Int, UnsafeMutablePointer<UInt16>) -> finscan_lines
    ) -> [Int] {
        var ends: [Int] = []
        var start = from
        // One more than the room, which nothing may touch.
        let guardValue: UInt16 = 0xABCD
        unsafe withUnsafeTemporaryAllocation(of: UInt16.self, capacity: 129) { room in
            guard let base = room.baseAddress else { return }
            while start < count {
                unsafe room.update(repeating: guardValue)
                let lines = unsafe find(start, base)
                for index in 0..<Int(lines.stored) { ends.append(start + Int(unsafe room[index])) }
                if unsafe room[128] != guardValue { Issue.record("wrote beyond the room") }
                if Int(lines.scanned) <= start {
                    Issue.record("a scan from \(start) did not go on")
                    return
                }
                start = Int(lines.scanned)
            }
        }
        return ends
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
