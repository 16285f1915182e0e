import ArgumentParser
import FinLoop
import FinMeasure
import FinProfile
import FinReport
import Foundation

/// The run's live progress on standard error: a block that is redrawn, or a line now and then.
final class Progress: RunSink {
    enum Style: String, ExpressibleByArgument, CaseIterable, Sendable {
        case auto, tty, plain, none
    }

    private static let plainInterval = Nanoseconds.seconds(5)

    private let style: Style
    private var view: LiveView
    private var drawnLines = 0
    private var nextLine = Progress.plainInterval

    init(style: Style, document: RunDocument, profile: Profile) {
        self.style = style == .auto ? (isatty(2) == 1 ? .tty : .plain) : style
        view = LiveView(
            document: document, slos: profile.slo,
            price: profile.isMetered ? profile.safety.pricePerOutcome : nil)
    }

    func interval(_ snapshot: IntervalSnapshot) {
        if style == .none { return }
        view.update(snapshot)
        switch style {
        case .tty: redraw()
        case .plain: line(at: snapshot.start + snapshot.length)
        case .auto, .none: break
        }
    }

    func finish(_ totals: RunDocument.Totals) {
        if style == .tty && drawnLines > 0 { Terminal.note("") }
    }

    private func redraw() {
        // Up over the last block, and all below it cleared: a window that became narrower has broken
        // its lines in two. No colour is used, so NO_COLOR has nothing to turn off.
        let up = drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r\u{1B}[J" : ""
        // The last column stays free: some terminals begin a new line once it is written.
        let columns = TerminalWindow.columns(of: 2).map { $0 - 1 }
        let lines = view.lines(columns: columns ?? LiveView.width)
        let text = up + lines.map { "\($0)\n" }.joined()
        Terminal.write(text, to: .standardError)
        drawnLines = lines.count
    }

    private func line(at elapsed: Nanoseconds) {
        // Intervals end a little after their second.
        guard elapsed + .milliseconds(100) >= nextLine else { return }
        while nextLine <= elapsed + .milliseconds(100) {
            nextLine = nextLine + Progress.plainInterval
        }
        Terminal.note(view.line)
    }
}
