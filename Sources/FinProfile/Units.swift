/// A kind of number that a profile writes with its unit.
///
/// Parsing gives the value in the base unit (whole nanoseconds, per second, shares of 1, bytes, US
/// dollars, ones);
/// a refusal is the rest of a sentence that begins with the key and the value.
enum Unit: CaseIterable {
    case duration, rate, percent, size, money, count

    /// A refusal: what is wrong and what to write instead.
    struct Refusal: Error {
        var words: String
    }

    /// Reads `1.5s`, `50/s`, `1%`, `12 B` or `3`.
    func parse(_ text: String) throws(Refusal) -> Double {
        let (number, suffix) = try split(text)
        if suffix.isEmpty, self != .count {
            throw Refusal(words: "has no unit: write \(remedy(number))")
        }
        guard let factor = factors.first(where: { $0.name == suffix }) else {
            throw Refusal(words: unknown(suffix))
        }
        guard let number = Double(number) else { throw Refusal(words: "is not a \(name)") }
        // Divided where the unit is a divisor, so that 1 % is the closest number to 0.01.
        let value =
            self == .rate || self == .percent ? number / factor.value : number * factor.value
        if value > largest.value { throw Refusal(words: "must be at most \(largest.words)") }
        // Whole nanoseconds: 1.1 s is no binary fraction, and nothing is measured more finely.
        return self == .duration ? value.rounded() : value
    }

    /// Splits a number in plain decimals from the unit behind it.
    private func split(_ text: String) throws(Refusal) -> (number: String, suffix: String) {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let digits = number.split(separator: ".", omittingEmptySubsequences: false)
        if text.hasPrefix("-") { throw Refusal(words: "must not be negative") }
        guard (1...2).contains(digits.count), digits.allSatisfy({ !$0.isEmpty }) else {
            throw Refusal(words: "is not a \(name): write \(example)")
        }
        if digits[0].count > 1, digits[0].hasPrefix("0") {
            throw Refusal(words: "has a leading zero, which some readers take for octal: drop it")
        }
        let suffix = text.dropFirst(number.count).drop { $0 == " " }
        return (String(number), String(suffix))
    }

    private func unknown(_ suffix: String) -> String {
        if self == .count { return "is not a plain number: write \(example)" }
        return "has the unknown unit \"\(suffix)\"\(choice)"
    }

    /// What to write in place of a bare number.
    private func remedy(_ number: String) -> String {
        switch self {
        case .duration: "\"\(number)s\"\(choice)"
        case .rate: "\"\(number)/s\"\(choice)"
        case .size: "\"\(number) B\"\(choice)"
        case .money: "\"\(number) USD\"\(choice)"
        // 0.01 may mean a hundredth or a hundredth of a percent: the user must say.
        case .percent, .count: example
        }
    }

    /// The units to choose from, as the end of a sentence.
    private var choice: String {
        // The micro sign is understood, but nobody has to type it.
        let names = factors.map(\.name).filter { $0.utf8.count == $0.count }
        return " (units: \(names.joined(separator: ", ")))"
    }

    /// The word for it in messages.
    var name: String {
        switch self {
        case .duration: "duration"
        case .rate: "rate"
        case .percent: "percentage"
        case .size: "size"
        case .money: "sum of money"
        case .count: "number"
        }
    }

    /// A value to imitate, in quotes.
    var example: String {
        switch self {
        case .duration: "a number and a unit, such as \"1.5s\""
        case .rate: "a number per time, such as \"50/s\""
        case .percent: "a number and a percent sign, such as \"1%\""
        case .size: "a number and a unit, such as \"12 B\""
        case .money: "a number and a currency, such as \"50 USD\""
        case .count: "a plain number, such as \"3\""
        }
    }

    /// The largest value accepted: far beyond sense, and far from any overflow.
    private var largest: (value: Double, words: String) {
        switch self {
        case .duration: (8760 * 3600e9, "8760h")
        case .rate: (1e6, "1000000/s")
        case .percent: (1, "100%")
        case .size: (1e9, "1000 MB")
        case .money: (1e9, "1000000000 USD")
        case .count: (1e9, "1000000000")
        }
    }

    /// The units, in the order a message names them, and what one of each is in the base unit;
    /// for a rate or percentage, what it is divided by.
    var factors: [(name: String, value: Double)] {
        switch self {
        case .duration:
            [
                ("ns", 1), ("us", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
                ("\u{b5}s", 1e3), ("\u{3bc}s", 1e3),
            ]
        case .rate: [("/s", 1), ("/m", 60), ("/h", 3600)]
        case .percent: [("%", 100)]
        case .size: [("B", 1), ("kB", 1e3), ("MB", 1e6), ("KiB", 1024), ("MiB", 1_048_576)]
        // The currency of Intercom's price list; no other is converted.
        case .money: [("USD", 1)]
        case .count: [("", 1)]
        }
    }
}
