private import Glibc

/// What pauses may have done that a run did not meet.
///
/// A pause slows every turn of its time. If pauses of L seconds fill a share g of all time, a run of
/// T seconds meets none with probability (1 - g)^(T / L). With confidence c, pauses that were not met
/// fill no more than g = 1 - (1 - c)^(L / T); the slow turns that were seen must leave room for them.
/// No rule can do without L: a run says nothing of a pause longer than itself.
public struct PauseGuard: Sendable, Equatable {
    /// The longest pause that is allowed for, in seconds; 0: only pauses that the run met.
    public let pauseSeconds: Double
    /// The time in which turns were planned, in seconds.
    public let runSeconds: Double

    /// Joins the two.
    public init(pauseSeconds: Double, runSeconds: Double) {
        precondition(pauseSeconds >= 0, "a pause lasts for 0 s or longer")
        self.pauseSeconds = pauseSeconds
        self.runSeconds = runSeconds
    }

    /// No pause beyond those that the run met.
    public static let none = PauseGuard(pauseSeconds: 0, runSeconds: 0)

    /// The share of time, 0 to 1, that pauses not met may fill, at that confidence.
    ///
    /// - Parameter scale: of the run's length: 2 for one twice as long.
    func hiddenShare(confidence: Double, scale: Double = 1) -> Double {
        if pauseSeconds == 0 { return 0 }
        return 1 - pow(1 - confidence, pauseSeconds / max(runSeconds * scale, 1e-9))
    }
}
