import FinLoop
import FinProfile
import Foundation

/// The signing secret of `webhooks receive` and `send`: always from the environment.
enum WebhookSecret {
    /// The variable that is read when no other one is named.
    static let usualVariable = "FIN_WEBHOOK_SECRET"

    /// The secret in a variable, exactly as it is.
    ///
    /// - Throws: `Complaint`, exit status 64, when it is missing or empty.
    static func read(_ variable: String, flag: String) throws -> String {
        // A secret that was typed here by mistake must not be quoted.
        guard EnvironmentName.accepts(variable) else {
            throw Complaint(.usage, "\(flag) \(EnvironmentName.refusal)")
        }
        let secret = ProcessInfo.processInfo.environment[variable] ?? ""
        guard secret.isEmpty else { return secret }
        throw Complaint(
            .usage,
            "\(flag) names \"\(variable)\", which is missing or empty; set it to the "
                + "signing secret")
    }

    /// A secret nobody has: 43 letters, as Fin's settings show them.
    static func throwaway() -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
        var generator = SystemRandomNumberGenerator()
        return String((0..<43).map { _ in letters[Int(generator.next() >> 58)] })
    }
}

/// Progress of the webhook commands on standard error: a line that is redrawn, or one in 5 s.
final class ProgressLine: @unchecked Sendable {
    // Every access is under the lock.
    private let lock = NSLock()
    private let style: Progress.Style
    private var hasDrawn = false
    private var calls = 0

    init(_ style: Progress.Style) {
        self.style = style == .auto ? (isatty(2) == 1 ? .tty : .plain) : style
    }

    /// Takes a text once a second.
    func show(_ text: String) {
        lock.withLock {
            calls += 1
            switch style {
            case .tty:
                FileHandle.standardError.write(Data("\r\u{1B}[2K\(text)".utf8))
                hasDrawn = true
            case .plain: if calls % 5 == 0 { Terminal.note(text) }
            case .auto, .none: break
            }
        }
    }

    /// Leaves the line that was redrawn.
    func finish() {
        lock.withLock { if hasDrawn { Terminal.note("") } }
    }
}

/// A table of words and numbers: the first column to the left, the others to the right.
enum TextTable {
    static func text(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let pad = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + pad : pad + cell
            }
            return "  " + cells.joined(separator: "  ")
        }.joined(separator: "\n")
    }
}
