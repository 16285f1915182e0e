public import FinMeasure

/// The shares of true, wrong and malformed signatures among deliveries, in percent.
public struct DeliveryMix: Sendable, Equatable {
    /// True signatures.
    public let valid: Double
    /// Well-formed signatures that are not the body's.
    public let wrong: Double
    /// Headers that have not the form of a signature.
    public let malformed: Double

    /// Eight of ten are true, one is wrong, one malformed.
    public static let usual = DeliveryMix(valid: 80, wrong: 10, malformed: 10)

    private init(valid: Double, wrong: Double, malformed: Double) {
        self.valid = valid
        self.wrong = wrong
        self.malformed = malformed
    }

    /// Reads `valid=80%,wrong=10%,malformed=10%`; what is left out is 0 %.
    ///
    /// - Throws: `WebhookError` with the part that is not understood, or the sum that is not 100 %.
    public init(_ text: String) throws(WebhookError) {
        var shares: [Substring: Double] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, ["valid", "wrong", "malformed"].contains(sides[0]),
                shares[sides[0]] == nil, let share = DeliveryMix.percent(sides[1])
            else {
                throw WebhookError(
                    .setting,
                    "--mix \"\(text)\": \"\(part)\" must be valid=, wrong= or malformed=, each once, "
                        + "and a percentage: write valid=80%,wrong=10%,malformed=10%")
            }
            shares[sides[0]] = share
        }
        let sum = shares.values.reduce(0, +)
        guard abs(sum - 100) < 1e-6 else {
            throw WebhookError(
                .setting, "--mix \"\(text)\" adds up to \(sum) %, expected 100 %: change a share")
        }
        self.init(
            valid: shares["valid"] ?? 0, wrong: shares["wrong"] ?? 0,
            malformed: shares["malformed"] ?? 0)
    }

    static func percent(_ text: Substring) -> Double? {
        guard text.hasSuffix("%"), let value = Double(text.dropLast()), (0...100).contains(value),
            text.dropLast().allSatisfy({ $0.isASCII && ($0.isNumber || $0 == ".") })
        else { return nil }
        return value
    }

    /// The classes that have a share, in the order of the table.
    public var classes: [VerifyScenario.Work] {
        let shares: [(VerifyScenario.Work, Double)] = [
            (.valid, valid), (.wrong, wrong), (.malformed, malformed),
        ]
        return shares.filter { $0.1 > 0 }.map(\.0)
    }

    /// The class of a uniform draw from [0, 1).
    func pick(_ draw: Double) -> VerifyScenario.Work {
        if draw * 100 < valid { return .valid }
        return draw * 100 < valid + wrong ? .wrong : .malformed
    }
}
