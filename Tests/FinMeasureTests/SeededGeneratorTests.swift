import FinMeasure
import FinTestSupport
import Testing

@Suite struct SeededGeneratorTests {
    @Test("the same seed, stream and index give the same draws")
    func repeats() {
        var one = SeededGenerator(seed: 5, stream: .test, index: 9, subindex: 2)
        var two = SeededGenerator(seed: 5, stream: .test, index: 9, subindex: 2)
        for _ in 0..<100 { #expect(one.next() == two.next()) }
    }

    @Test("a change of any coordinate gives other draws")
    func coordinatesMatter() {
        let generators = [
            SeededGenerator(seed: 5, stream: .test, index: 9, subindex: 2),
            SeededGenerator(seed: 6, stream: .test, index: 9, subindex: 2),
            SeededGenerator(seed: 5, stream: .arrivals, index: 9, subindex: 2),
            SeededGenerator(seed: 5, stream: .test, index: 10, subindex: 2),
            SeededGenerator(seed: 5, stream: .test, index: 9, subindex: 3),
            SeededGenerator(seed: 5, stream: .test, index: 2, subindex: 9),
        ]
        let draws = generators.map { generator in
            var generator = generator
            return generator.next()
        }
        #expect(Set(draws).count == draws.count)
    }

    @Test("first draws of neighbouring indexes are spread evenly over ten bins")
    func neighboursAreIndependent() {
        let seed = TestSeed.value
        var bins = [Int](repeating: 0, count: 10)
        for index in 0..<20_000 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed, stream: .test, index: index)
            bins[Int(generator.unit() * 10)] += 1
        }
        // Chi-square with 9 degrees of freedom stays below 33.7 in 9,999 of 10,000 seeds.
        let chiSquare = bins.map { pow2(Double($0) - 2000) / 2000 }.reduce(0, +)
        #expect(chiSquare < 33.7, "\(TestSeed.note)")
    }

    @Test("a unit draw is in [0, 1)")
    func unitRange() {
        var generator = SeededGenerator(seed: TestSeed.value, stream: .test)
        for _ in 0..<10_000 {
            let value = generator.unit()
            #expect(value >= 0 && value < 1, "\(TestSeed.note)")
        }
    }

    private func pow2(_ value: Double) -> Double { value * value }
}
