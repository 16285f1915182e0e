/// What one series of `webhook_verify` timed: which bodies, which work, on how many threads.
///
/// Its name is the series' scenario in every file: `600B-valid-1t`, `recorded-mix-2t`.
public struct VerifyScenario: Hashable, Sendable {
    /// The bodies' size in bytes; nil for recorded deliveries, whose sizes differ.
    public var bodyBytes: Int?
    /// The work.
    public var work: Work
    /// Threads that did it at the same time, at least 1.
    public var threads: Int

    /// What is done to a delivery.
    public enum Work: String, Sendable, CaseIterable {
        /// Full checks of deliveries of every class, in a random order.
        case mix
        /// Full checks of true signatures.
        case valid
        /// Full checks of well-formed signatures that are not the body's.
        case wrong
        /// Full checks of headers that have not the form of a signature.
        case malformed
        /// The peer: libcrypto's one-shot `HMAC()` of the body, and a comparison.
        case oneShot = "hmac"
        /// The limit: the SHA-256 compressions of the body and both pads, at the rate of 1 MiB.
        case limit
        /// Full checks of the true `user_hash` of users' ids. Last: an order is drawn by its place.
        case userHash = "user_hash"

        /// Whether it is ours; the others stand beside it.
        public var isCheck: Bool { self != .oneShot && self != .limit }
    }

    /// Joins the coordinates.
    public init(bodyBytes: Int?, work: Work, threads: Int) {
        self.bodyBytes = bodyBytes
        self.work = work
        self.threads = threads
    }

    /// The bodies alone: `600B` or `recorded`.
    public var bodies: String { bodyBytes.map { "\($0)B" } ?? "recorded" }

    /// The scenario's name.
    public var name: String { "\(bodies)-\(work.rawValue)-\(threads)t" }

    /// Reads a name back; nil when it is not one of ours.
    public init?(name: some StringProtocol) {
        let parts = name.split(separator: "-")
        guard parts.count == 3, let work = Work(rawValue: String(parts[1])),
            parts[2].hasSuffix("t"), let threads = Int(parts[2].dropLast()), threads > 0
        else { return nil }
        if parts[0] == "recorded" {
            self.init(bodyBytes: nil, work: work, threads: threads)
            return
        }
        guard parts[0].hasSuffix("B"), let bytes = Int(parts[0].dropLast()) else { return nil }
        self.init(bodyBytes: bytes, work: work, threads: threads)
    }

    /// SHA-256 compressions that HMAC of so many bytes costs once the key's pads are hashed.
    ///
    /// ⌊(n + 8) / 64⌋ + 1 for the body with its padding, 1 for the outer hash.
    public static func compressions(bodyBytes: Int) -> Int { (bodyBytes + 8) / 64 + 2 }
}
