import Testing

@testable import FinMeasure

@Suite struct BinomialTests {
    @Test(
        "tails equal the plain sum of probabilities",
        arguments: [(10, 0.3), (50, 0.01), (200, 0.5), (1000, 0.4)])
    func sums(n: Int, p: Double) {
        var below = 0.0
        var mass = power(1 - p, n)
        for count in 0...n {
            below += mass
            mass *= Double(n - count) / Double(count + 1) * p / (1 - p)
            let tail = Binomial.atMost(Double(count), of: Double(n), probability: p)
            #expect(abs(tail - below) < 1e-11 + 1e-9 * below)
            let above = Binomial.atLeast(Double(count + 1), of: Double(n), probability: p)
            #expect(abs(above + tail - 1) < 1e-12)
        }
    }

    private func power(_ base: Double, _ exponent: Int) -> Double {
        (0..<exponent).reduce(1) { value, _ in value * base }
    }

    @Test("tails of a billion trials agree with the normal limit and its first correction")
    func billion() {
        // At the mean of a symmetric binomial, P(X <= n/2) = 1/2 + P(X = n/2)/2.
        let n = 1e9
        let centre = 1 / (2 * Double.pi * n / 4).squareRoot()
        let tail = Binomial.atMost(n / 2, of: n, probability: 0.5)
        #expect(abs(tail - 0.5 - centre / 2) < 1e-12)
        // q = 1e-9: Poisson of mean 1, P(X <= 0) = 1/e.
        let rare = Binomial.atMost(0, of: n, probability: 1e-9)
        #expect(abs(rare - 0.367_879_441_171_442_3) < 1e-9)
    }

    @Test("the ends of the range are certain")
    func ends() {
        #expect(Binomial.atMost(-1, of: 5, probability: 0.5) == 0)
        #expect(Binomial.atMost(5, of: 5, probability: 0.5) == 1)
        #expect(Binomial.atLeast(0, of: 5, probability: 0.5) == 1)
        #expect(Binomial.atLeast(6, of: 5, probability: 0.5) == 0)
    }

    @Test("the exact interval of 0 and of 3 in 100 is the one of Clopper and Pearson")
    func clopperPearson() {
        let none = Binomial.interval(count: 0, of: 100, confidence: 0.95)
        #expect(none.low == 0)
        #expect(abs(none.high - 0.036_216_7) < 1e-6)
        let three = Binomial.interval(count: 3, of: 100, confidence: 0.95)
        #expect(abs(three.low - 0.006_229_97) < 1e-7)
        #expect(abs(three.high - 0.085_176) < 1e-5)
    }
}
