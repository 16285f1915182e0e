// Hot: once per event.

/// A wall-clock instant as Fin writes it, read from ISO 8601 text.
struct UnixMilliseconds: TextReadable {
    /// Milliseconds since 1970-01-01T00:00:00Z; `nil` when the text is no such instant.
    let count: Int64?

    /// Reads `2026-02-03T09:15:01.204Z`: any number of fraction digits or none (cut to
    /// milliseconds), and `Z` or an offset `+hh:mm`, `+hhmm`.
    init(_ text: Span<UInt8>) {
        var walk = DigitWalk()
        count = walk.instant(text)
    }
}

/// A walk over fixed-width digits; the first surprise spoils it for good.
private struct DigitWalk {
    var position = 0
    var isSpoilt = false

    mutating func instant(_ text: Span<UInt8>) -> Int64? {
        guard text.count >= 20 else { return nil }  // 2026-02-03T09:15:01Z
        let days = date(text)
        take(text, UInt8(ascii: "T"))
        let seconds = time(text)
        let milliseconds = fraction(text)
        let offset = offsetMinutes(text)
        guard !isSpoilt && position == text.count else { return nil }
        return ((days &* 1440 &- offset) &* 60 &+ seconds) &* 1000 &+ milliseconds
    }

    /// Days since 1970-01-01.
    private mutating func date(_ text: Span<UInt8>) -> Int64 {
        let year = number(text, width: 4, in: 0...9999)
        take(text, UInt8(ascii: "-"))
        let month = number(text, width: 2, in: 1...12)
        take(text, UInt8(ascii: "-"))
        let day = number(text, width: 2, in: 1...DigitWalk.length(ofMonth: month, year: year))
        return DigitWalk.days(year: year, month: month, day: day)
    }

    /// Seconds since midnight; a leap second counts as the first of the next minute.
    private mutating func time(_ text: Span<UInt8>) -> Int64 {
        let hour = number(text, width: 2, in: 0...23)
        take(text, UInt8(ascii: ":"))
        let minute = number(text, width: 2, in: 0...59)
        take(text, UInt8(ascii: ":"))
        let second = number(text, width: 2, in: 0...60)
        return (hour &* 60 &+ minute) &* 60 &+ second
    }

    private mutating func fraction(_ text: Span<UInt8>) -> Int64 {
        guard at(text) == UInt8(ascii: ".") else { return 0 }
        position &+= 1
        let first = position
        var sum: Int64 = 0
        var unit: Int64 = 100
        while position < text.count, text[position] &- 0x30 <= 9 {
            sum &+= Int64(text[position] &- 0x30) &* unit
            unit /= 10
            position &+= 1
        }
        if position == first { isSpoilt = true }
        return sum
    }

    private mutating func offsetMinutes(_ text: Span<UInt8>) -> Int64 {
        let sign = at(text)
        position &+= 1
        if sign == UInt8(ascii: "Z") { return 0 }
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") else {
            isSpoilt = true
            return 0
        }
        let hours = number(text, width: 2, in: 0...23)
        if at(text) == UInt8(ascii: ":") { position &+= 1 }
        let minutes = hours &* 60 &+ number(text, width: 2, in: 0...59)
        return sign == UInt8(ascii: "-") ? -minutes : minutes
    }

    @inline(__always) private func at(_ text: Span<UInt8>) -> UInt8 {
        position < text.count ? text[position] : 0
    }

    @inline(__always) private mutating func take(_ text: Span<UInt8>, _ expected: UInt8) {
        if at(text) != expected { isSpoilt = true }
        position &+= 1
    }

    @inline(__always) private mutating func number(
        _ text: Span<UInt8>, width: Int, in range: ClosedRange<Int64>
    ) -> Int64 {
        var sum: Int64 = 0
        for _ in 0..<width {
            let digit = at(text) &- 0x30
            if digit > 9 { isSpoilt = true }
            sum = sum &* 10 &+ Int64(digit)
            position &+= 1
        }
        if !range.contains(sum) { isSpoilt = true }
        return sum
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        if month == 2 {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31
    }

    /// Days from 1970-01-01 to a Gregorian date, in years that begin on 1 March.
    ///
    /// - Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468  // 719,468 days from 0000-03-01 to 1970-01-01
    }
}
