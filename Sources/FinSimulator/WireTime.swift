internal import NIOCore

/// Unix milliseconds as the API writes them: `2026-02-03T09:15:01.204Z`.
enum WireTime {
    /// Appends the 24 characters of an instant after 1970, without an allocation.
    static func write(_ milliseconds: UInt64, to buffer: inout ByteBuffer) {
        let seconds = milliseconds / 1000
        let (year, month, day) = civil(day: seconds / 86_400)
        let second = seconds % 86_400
        digits(year, 4, "-", &buffer)
        digits(month, 2, "-", &buffer)
        digits(day, 2, "T", &buffer)
        digits(second / 3600, 2, ":", &buffer)
        digits(second / 60 % 60, 2, ":", &buffer)
        digits(second % 60, 2, ".", &buffer)
        digits(milliseconds % 1000, 3, "Z", &buffer)
    }

    /// `width` decimal digits of `value`, then `end`.
    private static func digits(
        _ value: UInt64, _ width: Int, _ end: Unicode.Scalar, _ buffer: inout ByteBuffer
    ) {
        // At most four digits and a mark: one integer store instead of five appends.
        var packed: UInt64 = UInt64(end.value)
        var rest = value
        for place in 1...width {
            packed |= (48 + rest % 10) << UInt64(8 * place)
            rest /= 10
        }
        for place in (0...width).reversed() {
            buffer.writeInteger(UInt8(truncatingIfNeeded: packed >> UInt64(8 * place)))
        }
    }

    /// The proleptic Gregorian date of a day since 1970-01-01.
    ///
    /// Years begin in March, so that the leap day is the last of its year; 400 years are 146,097 days.
    /// - Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    static func civil(day: UInt64) -> (year: UInt64, month: UInt64, day: UInt64) {
        let shifted = day + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
