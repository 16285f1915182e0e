internal import FinMeasure
internal import FinProfile

/// What a subscription does with its notifications, by what its receiver answered; pure.
struct TopicRules {
    /// Whether a notification may leave.
    enum Admission: Equatable {
        case send
        case wait(until: Instant)
        case drop
    }

    /// What follows an answer.
    enum Verdict: Equatable {
        case settled
        case again(at: Instant)
    }

    /// A notification that was throttled for so long is dropped, and no pause is longer.
    static let lifetime = Nanoseconds.seconds(7200)

    private let retryAfter: Nanoseconds
    private let firstPause: Nanoseconds
    private let errorLimit: Int
    private let dropSpan: Nanoseconds
    private var isDisabled = false
    private var pause: Nanoseconds
    private var throttledUntil = Instant(nanoseconds: 0)
    private var droppingUntil = Instant(nanoseconds: 0)
    private var errorsInRow = 0

    init(_ settings: SimulatorSettings.TopicWebhooks) {
        retryAfter = Nanoseconds(Int64(settings.delivery.retryAfter))
        firstPause = Nanoseconds(Int64(settings.throttle))
        errorLimit = settings.errorLimit
        dropSpan = Nanoseconds(Int64(settings.dropFor))
        pause = firstPause
    }

    /// Whether a notification that was made at `made` may leave.
    func admit(made: Instant, now: Instant) -> Admission {
        if isDisabled || now < droppingUntil || now - made > TopicRules.lifetime { return .drop }
        return now < throttledUntil ? .wait(until: throttledUntil) : .send
    }

    /// Takes an answer.
    ///
    /// - Parameter failures: how often this notification had failed before; 429 is no failure.
    mutating func take(_ answer: WebhookAnswer, failures: Int, now: Instant) -> Verdict {
        switch answer {
        case .status(200...299):
            errorsInRow = 0
            pause = firstPause
            return .settled
        case .status(410):
            isDisabled = true
            return .settled
        case .status(429):
            throttle(now)
            return .again(at: throttledUntil)
        case .dropped, .stopped:
            return .settled
        case .status, .timeout, .failed:
            countError(now)
            return failures == 0 ? .again(at: now + retryAfter) : .settled
        }
    }

    /// Answers that were on their way when the pause began do not make it longer.
    private mutating func throttle(_ now: Instant) {
        if now < throttledUntil { return }
        throttledUntil = now + pause
        pause = min(pause + pause, TopicRules.lifetime)
    }

    private mutating func countError(_ now: Instant) {
        errorsInRow += 1
        if errorsInRow < errorLimit { return }
        errorsInRow = 0
        droppingUntil = now + dropSpan
    }
}
