import FinMeasure
import Testing

@testable import FinSimulator

@Suite("A survey")
struct SurveyTests {
    private func instant(_ seconds: UInt64) -> Instant {
        Instant(nanoseconds: seconds * 1_000_000_000)
    }

    @Test("takes a rating, the same one again, and another one")
    func change() throws {
        var survey = Survey(asked: instant(0))
        try survey.rate("good", remark: nil, now: instant(1))
        let once = survey
        try survey.rate("good", remark: nil, now: instant(2))
        #expect(survey == once)
        try survey.rate("bad", remark: "", now: instant(3))
        #expect(survey.rating == "bad" && survey.remark == nil)
    }

    @Test("is locked by a remark, but a repetition is no change")
    func remark() throws {
        var survey = Survey(asked: instant(0))
        try survey.rate("good", remark: "thanks", now: instant(1))
        try survey.rate("good", remark: nil, now: instant(2))
        try survey.rate("good", remark: "thanks", now: instant(2))
        #expect(throws: RatingError.locked) {
            try survey.rate("bad", remark: nil, now: instant(3))
        }
        #expect(throws: RatingError.locked) {
            try survey.rate("good", remark: "more", now: instant(3))
        }
        #expect(survey.rating == "good" && survey.remark == "thanks")
    }

    @Test("closes after its window")
    func window() throws {
        var survey = Survey(asked: instant(0))
        try survey.rate("good", remark: nil, now: instant(600))
        #expect(throws: RatingError.closed) {
            try survey.rate("bad", remark: nil, now: instant(601))
        }
        try survey.rate("good", remark: nil, now: instant(601))
    }
}
