import Crypto
import Foundation
import HotPathKit

/// The path that a webhook's signature takes: common, once per webhook.
struct SignaturePaths {
    private let corpora: [SignatureCorpus]
    private let options: Options
    private let block = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    private static let goals: [Int: Double] = [600: 0.85, 1024: 0.90, 4096: 0.95]

    init(_ options: Options) {
        self.options = options
        corpora = [256, 600, 1024, 4096, 65536].map { size in
            // 256 KB of bodies, or 8 of them: more than the first-level cache holds.
            SignatureCorpus(seed: options.seed, bodySize: size, count: max(8, (256 << 10) / size))
        }
    }

    /// What the Python peer verifies too.
    var forPeers: SignatureCorpus? { corpora.first { $0.bodySize == 600 } }

    /// All of them, behind the floor.
    var all: [Path] { [floor] + corpora.flatMap(paths) }

    private var floor: Path {
        let count = block.count / 64 + 1
        let hash = Floors.compressions(of: block.span)
        let block = block
        return Path(
            id: "sha", name: "SHA-256 compression", input: "1 MiB", role: .floor,
            item: "compression",
            works: [
                Path.Work(items: count, byteCount: block.count) {
                    Floors.compressions(of: block.span) == hash
                }
            ])
    }

    private func paths(_ corpus: SignatureCorpus) -> [Path] {
        let id = "verify.\(corpus.bodySize)"
        var goals: [Goal] = []
        if let least = SignaturePaths.goals[corpus.bodySize] {
            goals.append(.fraction(atLeast: least))
        }
        if corpus.bodySize == 600 { goals.append(.times(atLeast: 3.5, "crypto.600")) }
        let laps = options.isBrief ? 1 : 5
        let keys = corpus.secrets.map { SymmetricKey(data: Array($0.utf8)) }
        return [
            path(id, "full check", .finbench, corpus, laps, goals) {
                corpus.verifies(laps: laps)
            },
            path("openssl.\(corpus.bodySize)", "libcrypto HMAC()", .peer, corpus, laps, []) {
                corpus.verifiesOneShot(laps: laps)
            },
            path("crypto.\(corpus.bodySize)", "swift-crypto", .peer, corpus, laps, []) {
                corpus.answersRight(laps) { secret, _, code, body in
                    SignaturePaths.isValid(code, body, keys[secret])
                }
            },
        ]
    }

    /// swift-crypto's check, from a code already decoded.
    private static func isValid(
        _ code: Span<UInt8>, _ body: Span<UInt8>, _ key: SymmetricKey
    ) -> Bool {
        // Safe: both are read during the call only.
        unsafe code.withUnsafeBytes { code in
            unsafe body.withUnsafeBytes { body in
                unsafe HMAC<SHA256>.isValidAuthenticationCode(
                    code, authenticating: body, using: key)
            }
        }
    }

    private func path(
        _ id: Path.ID, _ name: String, _ role: Path.Role, _ corpus: SignatureCorpus, _ laps: Int,
        _ goals: [Goal], _ run: @escaping () -> Bool
    ) -> Path {
        let count = laps * corpus.count
        return Path(
            id: id, name: name, input: "\(corpus.bodySize) B bodies", role: role, item: "check",
            floor: Path.Floor(path: "sha", count: Double(corpus.compressions)),
            rival: role == .peer ? "verify.\(corpus.bodySize)" : nil, goals: goals,
            works: [Path.Work(items: count, byteCount: count * corpus.bodySize, run: run)])
    }
}
