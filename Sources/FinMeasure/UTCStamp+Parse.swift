extension UTCStamp {
    /// Reads `2026-11-21T09:30:00Z`, with up to nine digits of a second's fraction: unix
    /// nanoseconds; nil for anything else, another zone or a day that does not exist.
    public static func unixNanoseconds(_ text: String) -> UInt64? {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes.last == UInt8(ascii: "Z"),
            zip("....-..-..T..:..:..".utf8, bytes).allSatisfy({
                $0 == UInt8(ascii: ".") || $0 == $1
            }),
            let year = number(bytes[0..<4]), let month = number(bytes[5..<7]),
            let day = number(bytes[8..<10]), let hour = number(bytes[11..<13]),
            let minute = number(bytes[14..<16]), let second = number(bytes[17..<19]),
            let fraction = fraction(bytes[19...].dropLast()), hour < 24, minute < 60, second < 60,
            let epochDay = epochDay(year, month, day)
        else { return nil }
        return (epochDay * 86_400 + hour * 3600 + minute * 60 + second) * 1_000_000_000 + fraction
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return value
    }

    /// `.5` as nanoseconds; nothing is 0.
    private static func fraction(_ text: ArraySlice<UInt8>) -> UInt64? {
        if text.isEmpty { return 0 }
        let digits = text.dropFirst()
        guard text.first == UInt8(ascii: "."), (1...9).contains(digits.count) else { return nil }
        return number(digits + [UInt8](repeating: UInt8(ascii: "0"), count: 9 - digits.count))
    }

    /// Days since 1970 of a date; nil for one that does not exist, or lies before, or
    /// whose nanoseconds 64 bits do not hold.
    ///
    /// - Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
    private static func epochDay(_ year: UInt64, _ month: UInt64, _ day: UInt64) -> UInt64? {
        guard (1970..<2554).contains(year), (1...12).contains(month), (1...31).contains(day) else {
            return nil
        }
        let marchYear = month > 2 ? year : year - 1
        let yearOfEra = marchYear % 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        let days = marchYear / 400 * 146_097 + dayOfEra - 719_468
        let date = CivilDate(epochDay: days)
        return date.month == month && date.day == day ? days : nil
    }
}
