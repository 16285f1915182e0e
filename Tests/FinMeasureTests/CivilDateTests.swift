import FinMeasure
import Foundation
import Testing

@Suite struct CivilDateTests {
    @Test("every day of four centuries is the next date of the calendar")
    func days() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        // 61 days a step: every day of the year and of the leap cycle comes in turn.
        for day in stride(from: UInt64(0), to: 146_097 + 365, by: 61) {
            let parts = calendar.dateComponents(
                [.year, .month, .day], from: Date(timeIntervalSince1970: Double(day) * 86_400))
            let date = CivilDate(epochDay: day)
            #expect(Int(date.year) == parts.year, "day \(day)")
            #expect(Int(date.month) == parts.month, "day \(day)")
            #expect(Int(date.day) == parts.day, "day \(day)")
        }
    }

    @Test(
        "leap days and their neighbours",
        arguments: [
            (59 as UInt64, 1970 as UInt64, 3 as UInt64, 1 as UInt64), (11_016, 2000, 2, 29),
            (11_017, 2000, 3, 1), (47_540, 2100, 2, 28), (47_541, 2100, 3, 1),
        ])
    func leapDays(epochDay: UInt64, year: UInt64, month: UInt64, day: UInt64) {
        let date = CivilDate(epochDay: epochDay)
        #expect([date.year, date.month, date.day] == [year, month, day])
    }
}
