/// A date of the proleptic Gregorian calendar, from 1970 on.
public struct CivilDate: Sendable, Equatable {
    /// The year, four digits until 9999.
    public let year: UInt64
    /// The month, 1 to 12.
    public let month: UInt64
    /// The day of the month, 1 to 31.
    public let day: UInt64

    /// The date of a day, counted from 1970-01-01; no allocation.
    ///
    /// Years begin in March, so that the leap day is the last of its year; 400 years are 146,097
    /// days.
    /// - Parameter epochDay: days since 1970-01-01, at most 2^63.
    /// - Source: Howard Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`.
    public init(epochDay: UInt64) {
        let shifted = epochDay + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    }
}
