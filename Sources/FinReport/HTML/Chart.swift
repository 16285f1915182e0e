/// A picture of numbers, as a value: what is drawn, not how.
///
/// All coordinates are those of the data; `ChartDrawing` turns them into an SVG. Nothing in here
/// knows of runs, so that any two things can be drawn beside each other.
struct Chart: Sendable {
    /// The file's name without its ending; unique on a page.
    var name: String
    /// What is shown, in a few words.
    var title: String
    /// How to read it, in a sentence.
    var note: String { ChartNote.text(name) }
    /// What it says, in figures, for those who cannot see it.
    var summary: String
    /// Panels from top to bottom; all but the last share the last one's time or value axis.
    var panels: [Panel]
    /// What the marks mean, in the order of reading.
    var keys: [Key]
    /// A word across the corner where the numbers are not to be believed; empty for none.
    var stamp = ""

    /// One coordinate system.
    struct Panel: Sendable {
        /// In user units, without axes.
        var height = 170.0
        var x: Axis
        var y: Axis
        /// Drawn in order, later ones above.
        var marks: [Mark] = []
    }

    /// One dimension of a panel.
    struct Axis: Sendable {
        var scale: ChartScale
        /// What is measured, with its unit.
        var title: String
        /// Places of the labels.
        var ticks: [Tick]

        init(_ scale: ChartScale, _ title: String, ticks: [Tick]) {
            self.scale = scale
            self.title = title
            self.ticks = ticks
        }
    }

    /// A labelled place on an axis.
    struct Tick: Sendable, Equatable {
        var value: Double
        var label: String
    }

    /// A place in a panel.
    struct Point: Sendable, Equatable {
        var x: Double
        var y: Double
    }

    /// How a mark looks.
    ///
    /// Colours always come with a dash, a pattern, a place or a word.
    enum Style: Sendable, Hashable {
        /// One of six colours, by number from 0; dashes tell more apart.
        case series(Int, dash: Dash = .solid)
        /// Failed or wrong.
        case bad
        /// Left out or of no weight.
        case faint
        /// A strength from 1 to 8.
        case heat(Int)
    }

    /// How a line is broken.
    enum Dash: String, Sendable { case solid, dashed, dotted }

    /// A stretch that must not be read like the rest.
    enum Region: String, Sendable {
        /// Before or after what counts.
        case aside
        /// Lower bounds only: failed turns rank here.
        case bound
        /// The generator was late.
        case invalid
    }

    /// Something drawn.
    enum Mark: Sendable {
        /// A line through the points; nil breaks it.
        case line([Point?], Style)
        /// The same, level between its points.
        case steps([Point], Style)
        /// A rectangle from corner to corner.
        case box(Point, Point, Style, title: String)
        /// A small disc, with a text for a pointer.
        case dot(Point, Style, title: String)
        /// A triangle that points up: the truth is this or more.
        case bound(Point, title: String)
        /// A stretch of the horizontal axis, over the whole height.
        case region(ClosedRange<Double>, Region, label: String)
        /// A level, over the whole width.
        case level(Double, label: String)
        /// Words on a filled place, in the middle of it.
        case words(Point, String)
        /// Words on the paper, in the middle of a place.
        case label(Point, String)
        /// An unseen stretch of the horizontal axis, with a text for a pointer.
        case hover(ClosedRange<Double>, title: String)
    }

    /// A line of the legend.
    struct Key: Sendable, Equatable {
        var style: Style
        var label: String
        var isLine = true
    }
}

extension Chart.Axis {
    /// Spans in nanoseconds.
    static func latency(_ scale: ChartScale, _ title: String, ticks: Int = 6) -> Self {
        Self(scale, title, ticks: scale.ticks(ticks).map { .init($0, ChartLabel.span($0)) })
    }

    /// Seconds since the zero of a run.
    static func time(_ scale: ChartScale, _ title: String = "time since the start") -> Self {
        let ticks = scale.ticks(6, steps: ChartScale.timeSteps)
        return Self(scale, title, ticks: ticks.map { .init($0, ChartLabel.time($0)) })
    }

    /// Plain numbers from zero.
    static func count(to most: Double, _ title: String, ticks: Int = 4) -> Self {
        let scale = ChartScale.linear(0, max(most * 1.08, .leastNormalMagnitude))
        return Self(
            scale, title, ticks: scale.ticks(ticks).map { .init($0, ChartLabel.number($0)) })
    }

    /// Shares of turns, the tail spread.
    static func percentile(_ scale: ChartScale, _ title: String) -> Self {
        let ticks = scale.ticks(8).map { Chart.Tick($0, ChartLabel.percentile($0)) }
        return Self(scale, title, ticks: ticks)
    }
}

extension Chart.Tick {
    init(_ value: Double, _ label: String) {
        self.init(value: value, label: label)
    }
}
