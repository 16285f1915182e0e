/// What kind of delivery the sender makes, and what an endpoint must do with it.
public enum SendClass: UInt8, Sendable, CaseIterable {
    /// A new event, truly signed.
    case valid
    /// One byte of the body was changed after it was signed.
    case tampered
    /// Without a signature header.
    case unsigned
    /// An earlier delivery again, byte by byte: what a retry looks like.
    case replayed
    /// A new event, truly signed, that is older than one its conversation already delivered.
    case reordered
    /// A true signature over a body larger than 1 MiB.
    case huge

    /// The word in flags and files.
    public var name: String { "\(self)" }

    /// The class of that name.
    public init?(name: some StringProtocol) {
        guard let found = SendClass.allCases.first(where: { $0.name == name }) else { return nil }
        self = found
    }

    /// What the endpoint must answer, in words.
    public var demand: String {
        switch self {
        case .valid, .replayed, .reordered: "2xx"
        case .tampered, .unsigned: "4xx"
        case .huge: "2xx or 413"
        }
    }

    /// Whether an HTTP status is the right answer.
    public func isRight(status: Int) -> Bool {
        switch self {
        case .valid, .replayed, .reordered: (200..<300).contains(status)
        case .tampered, .unsigned: (400..<500).contains(status)
        case .huge: (200..<300).contains(status) || status == 413
        }
    }
}

/// The shares of the classes among deliveries, in percent.
public struct SendMix: Sendable, Equatable {
    private let shares: [SendClass: Double]

    /// Nine of ten are valid, two of a hundred of each other class.
    public static let usual = SendMix(shares: [
        .valid: 90, .tampered: 2, .unsigned: 2, .replayed: 2, .reordered: 2, .huge: 2,
    ])

    private init(shares: [SendClass: Double]) { self.shares = shares }

    /// Reads `valid=90%,tampered=10%`; what is left out is 0 %.
    ///
    /// - Throws: `WebhookError` with the part that is not understood, a sum that is not 100 %, or a
    ///   class that repeats a valid one where none is.
    public init(_ text: String) throws(WebhookError) {
        var shares: [SendClass: Double] = [:]
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let kind = SendClass(name: sides[0]), shares[kind] == nil,
                let share = DeliveryMix.percent(sides[1])
            else {
                let names = SendClass.allCases.map { "\($0.name)=" }.joined(separator: ", ")
                throw WebhookError(
                    .setting,
                    "--mix \"\(text)\": \"\(part)\" must be one of \(names), each once, and a "
                        + "percentage: write valid=98%,tampered=1%,unsigned=1%")
            }
            shares[kind] = share
        }
        let sum = shares.values.reduce(0, +)
        guard abs(sum - 100) < 1e-6 else {
            throw WebhookError(
                .setting, "--mix \"\(text)\" adds up to \(sum) %, expected 100 %: change a share")
        }
        self.init(shares: shares)
        if share(.valid) == 0, share(.replayed) + share(.reordered) > 0 {
            throw WebhookError(
                .setting,
                "--mix \"\(text)\" replays or reorders valid deliveries but has none: give valid= "
                    + "a share")
        }
    }

    /// A class' share in percent.
    public func share(_ kind: SendClass) -> Double { shares[kind] ?? 0 }

    /// The class of a uniform draw from [0, 1).
    func pick(_ draw: Double) -> SendClass {
        var rest = draw * 100
        for kind in SendClass.allCases {
            rest -= share(kind)
            if rest < 0, share(kind) > 0 { return kind }
        }
        // The shares add up to 100 within rounding: the last class that has one.
        return SendClass.allCases.last { share($0) > 0 } ?? .valid
    }
}
