private import Foundation

/// Values over time in one line of text, oldest first: eight heights between the least and the most,
/// by the logarithm; a blank where there was no value.
struct Sparkline: Sendable {
    private static let heights: [Character] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]

    /// What is kept.
    let limit: Int
    private var values: [UInt64?] = []

    init(limit: Int) { self.limit = limit }

    /// Takes the newest value; forgets the oldest beyond `limit`.
    mutating func add(_ value: UInt64?) {
        values.append(value)
        if values.count > limit { values.removeFirst() }
    }

    /// The newest values in at most so many characters.
    func text(width: Int) -> String {
        let shown = values.suffix(max(0, width))
        let logarithms = shown.map { $0.map { log(Double(max(1, $0))) } }
        guard let low = logarithms.compactMap(\.self).min(),
            let high = logarithms.compactMap(\.self).max()
        else { return "" }
        // Less than a tenth apart is level: noise must not look like mountains.
        let span = max(high - low, 0.1)
        return String(
            logarithms.map { value -> Character in
                guard let value else { return " " }
                let step = Int((value - low) / span * Double(Sparkline.heights.count))
                return Sparkline.heights[min(step, Sparkline.heights.count - 1)]
            })
    }
}
