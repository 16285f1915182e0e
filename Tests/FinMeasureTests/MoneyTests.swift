import FinMeasure
import Testing

/// US dollars as text and as sums.
@Suite struct MoneyTests {
    @Test(
        "money is shown to the cent, and finer only where it is finer",
        arguments: [
            (0, "0.00 USD"), (0.99, "0.99 USD"), (297, "297.00 USD"), (49.5, "49.50 USD"),
            (0.0125, "0.0125 USD"), (1.999, "1.999 USD"), (0.00001, "0.00 USD"),
            (-3, "0.00 USD"),
        ] as [(Double, String)])
    func words(dollars: Double, words: String) {
        #expect(Money.words(dollars) == words)
    }

    @Test("a sum of cents is that sum, whatever binary makes of it")
    func sums() {
        #expect(Money.sum(3, of: 0.99) == 2.97)
        #expect(Money.sum(3, of: 0.1) == 0.3)
        for count in 0..<10_000 { #expect(Money.sum(count, of: 0.01) == Double(count) / 100) }
    }
}
