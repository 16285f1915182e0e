import FinMeasure
import Testing

@testable import FinDrive

/// The rate limit's headers, the floor under it, and the seats of users.
@Suite struct RateLimitTests {
    private static func standing(_ lines: String...) -> RateLimitStanding {
        var standing = RateLimitStanding()
        for line in lines { standing.take(headerLine: Array(line.utf8).span) }
        return standing
    }

    /// Wall seconds of the tests' zero, 1,000, as an offset to the monotonic clock.
    private static let offset = 1000 * 1_000_000_000 - Int64(at(0).nanoseconds)

    private static func floor(
        _ share: Double?, remaining: Int64, reset: Int64? = 1007
    ) -> RateLimitFloor {
        var floor = RateLimitFloor(share: share)
        floor.take(
            RateLimitStanding(limit: 100, remaining: remaining, reset: reset), at: at(0),
            wallOffset: offset)
        return floor
    }

    @Test("the three headers are read, in any case and order; others are left alone")
    func headers() {
        let read = Self.standing(
            "X-RateLimit-Reset: 1770000010", "x-ratelimit-limit:167", "X-RATELIMIT-REMAINING: 12 ",
            "X-RateLimit-Policy: 9", "X-Request-Id: 7")
        #expect(read == RateLimitStanding(limit: 167, remaining: 12, reset: 1_770_000_010))
    }

    @Test(
        "a value that is no whole number is no value",
        arguments: ["", "-1", "1.5", "12a", "1234567890123456", " "])
    func values(text: String) {
        #expect(Self.standing("X-RateLimit-Remaining: \(text)").remaining == nil)
    }

    @Test("a reset is an instant of our clock; an absurd one is none")
    func reset() {
        let standing = RateLimitStanding(limit: nil, remaining: nil, reset: 1007)
        #expect(standing.resetInstant(wallOffset: Self.offset) == at(7000))
        let absurd = RateLimitStanding(limit: nil, remaining: nil, reset: 99_999_999_999_999)
        #expect(absurd.resetInstant(wallOffset: Self.offset) == nil)
    }

    @Test("starts pause at the floor, not above it, until the reset")
    func pause() {
        #expect(Self.floor(0.5, remaining: 51).pausedUntil == nil)
        let floor = Self.floor(0.5, remaining: 50)
        #expect(floor.pausedUntil == at(7000))
        #expect(!floor.admits(at: at(0)) && !floor.admits(at: at(6999)))
        #expect(floor.admits(at: at(7000)))
        #expect(Self.floor(nil, remaining: 0).pausedUntil == nil)
    }

    @Test("an older response does not end a pause, a reset gone by still pauses a little")
    func bounds() {
        var floor = Self.floor(0.5, remaining: 10)
        floor.take(
            RateLimitStanding(limit: 100, remaining: 90, reset: 1007), at: at(1),
            wallOffset: Self.offset)
        #expect(floor.pausedUntil == at(7000))
        #expect(Self.floor(0.5, remaining: 10, reset: 990).pausedUntil == at(1000))
        #expect(Self.floor(0.5, remaining: 10, reset: 9000).pausedUntil == at(60_000))
        #expect(Self.floor(0.5, remaining: 10, reset: nil).pausedUntil == at(10_000))
    }

    @Test("a user has so many seats and no more; each that is left can be taken again")
    func seats() {
        var seats = UserSeats(limit: 2)
        let first = [1, 1, 1, 2].map { seats.take($0) }
        #expect(first == [true, true, false, true])
        seats.leave(1)
        let second = [1, 1].map { seats.take($0) }
        #expect(second == [true, false])
        var endless = UserSeats(limit: nil)
        let all = (0..<100).map { _ in endless.take(1) }
        #expect(!all.contains(false))
    }
}
