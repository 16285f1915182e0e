/// US dollars as text, to the cent.
public enum Money {
    /// So many times a price, to the millionth of a dollar: sums of cents are not exact in binary.
    public static func sum(_ count: Int, of price: Double) -> Double {
        (Double(count) * price * 1e6).rounded() / 1e6
    }

    /// For instance `49.50 USD`; parts of a cent are shown where there are any.
    public static func words(_ dollars: Double) -> String {
        let tenThousandths = Int64((max(0, min(dollars, 1e12)) * 10_000).rounded())
        let (whole, rest) = tenThousandths.quotientAndRemainder(dividingBy: 10_000)
        var digits = String(rest + 10_000).dropFirst()
        while digits.count > 2, digits.last == "0" { digits = digits.dropLast() }
        return "\(whole).\(digits) USD"
    }
}
