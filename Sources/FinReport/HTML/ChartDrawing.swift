/// A chart turned into an SVG: margins, axes, marks.
///
/// One width for page and phone: the page scales the picture, and its style sheet sets the size of
/// the letters by the width of the screen.
struct ChartDrawing {
    static let width = 430.0
    private static let (left, right) = (56.0, 22.0)
    // Room above a panel for its axis title, below it for labels, below the last for a title too.
    private static let (above, below, end) = (20.0, 23.0, 16.0)
    // Room for the lowest label of the panel above.
    private static let between = 8.0
    private static let keyHeight = 17.0
    // The width of a letter at 12 units: what a legend needs, roughly.
    private static let letter = 7.4

    private let chart: Chart
    private var writer = SVGWriter()
    // Top of what is drawn next.
    private var top = 4.0

    /// The SVG element.
    ///
    /// - Parameter style: a style sheet to carry along, for a file of its own; empty on a page.
    static func svg(_ chart: Chart, style: String = "") -> String {
        var drawing = ChartDrawing(chart)
        drawing.content()
        var whole = SVGWriter()
        let height = SVGWriter.number(drawing.top + 4)
        whole.open(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "class": "chart", "role": "img",
                "aria-label": "\(chart.title). \(chart.summary)",
                "viewBox": "0 0 \(SVGWriter.number(width)) \(height)",
            ])
        whole.raw("<title>\(Markup.escape(chart.title))</title>\n")
        whole.raw("<desc>\(Markup.escape(chart.summary))</desc>\n")
        if !style.isEmpty { whole.raw("<style>\(style)</style>\n") }
        whole.raw(drawing.patterns)
        if !style.isEmpty {
            whole.element("rect", ["class": "paper", "width": "100%", "height": "100%"])
        }
        whole.raw(drawing.writer.text)
        whole.close("svg")
        return whole.text
    }

    private init(_ chart: Chart) { self.chart = chart }

    private func patternName(_ region: Chart.Region) -> String {
        "\(chart.name)-\(region.rawValue)"
    }

    private var patterns: String {
        var patterns = SVGWriter()
        patterns.open("defs", [:])
        for (region, path) in [
            (Chart.Region.bound, "M0 8L8 0"), (.invalid, "M0 0L8 8M0 8L8 0"),
        ] {
            patterns.open(
                "pattern",
                [
                    "id": patternName(region), "width": "8", "height": "8",
                    "patternUnits": "userSpaceOnUse",
                ])
            patterns.element("path", ["class": "hatch \(region.rawValue)", "d": path])
            patterns.close("pattern")
        }
        patterns.close("defs")
        return patterns.text
    }

    private mutating func content() {
        legend()
        if !chart.stamp.isEmpty {
            let x = SVGWriter.number(ChartDrawing.width - ChartDrawing.right)
            top += 12
            writer.words(
                chart.stamp,
                ["class": "stamp", "x": x, "y": SVGWriter.number(top), "text-anchor": "end"])
            top += 2
        }
        for index in chart.panels.indices {
            panel(chart.panels[index], isLast: index == chart.panels.count - 1)
        }
    }

    // MARK: - legend

    private mutating func legend() {
        var x = 6.0
        for (index, key) in chart.keys.enumerated() {
            let width = 40 + Double(key.label.count) * ChartDrawing.letter
            if index > 0, x + width > ChartDrawing.width {
                x = 6
                top += ChartDrawing.keyHeight
            }
            sample(key, x, top + 8)
            writer.words(
                key.label,
                [
                    "class": "label", "x": SVGWriter.number(x + 28),
                    "y": SVGWriter.number(top + 12),
                ])
            x += width
        }
        if !chart.keys.isEmpty { top += ChartDrawing.keyHeight + 2 }
    }

    private mutating func sample(_ key: Chart.Key, _ x: Double, _ y: Double) {
        if key.isLine {
            let path = "M\(SVGWriter.number(x)) \(SVGWriter.number(y))h22"
            writer.element("path", ["class": "line \(Self.name(key.style))", "d": path])
        } else {
            writer.element(
                "rect",
                [
                    "class": "fill \(Self.name(key.style))", "x": SVGWriter.number(x + 6),
                    "y": SVGWriter.number(y - 5), "width": "12", "height": "10",
                ])
        }
    }

    static func name(_ style: Chart.Style) -> String {
        switch style {
        case .series(let index, let dash): "s\(index % 6 + 1) \(dash.rawValue)"
        case .bad: "bad"
        case .faint: "faint"
        case .heat(let strength): "h\(min(max(strength, 1), 8))"
        }
    }

    // MARK: - panels

    private mutating func panel(_ panel: Chart.Panel, isLast: Bool) {
        top += ChartDrawing.above
        let frame = ChartFrame(
            x: ChartDrawing.left, y: top,
            width: ChartDrawing.width - ChartDrawing.left - ChartDrawing.right,
            height: panel.height, across: panel.x.scale, up: panel.y.scale)
        writer.words(
            panel.y.title, ["class": "axis", "x": "4", "y": SVGWriter.number(top - 7)])
        grid(panel, frame, showsLabels: isLast)
        var painter = ChartPainter(
            frame: frame, boundFill: "url(#\(patternName(.bound)))",
            invalidFill: "url(#\(patternName(.invalid)))")
        for mark in panel.marks { painter.paint(mark) }
        writer.raw(painter.text)
        top +=
            panel.height + (isLast ? ChartDrawing.below + ChartDrawing.end : ChartDrawing.between)
        if isLast {
            writer.words(
                panel.x.title,
                [
                    "class": "axis", "x": SVGWriter.number(ChartDrawing.width - ChartDrawing.right),
                    "y": SVGWriter.number(top - 4), "text-anchor": "end",
                ])
        }
    }

    private mutating func grid(_ panel: Chart.Panel, _ frame: ChartFrame, showsLabels: Bool) {
        for tick in panel.y.ticks {
            let y = frame.y(tick.value)
            line(from: (frame.x, y), to: (frame.x + frame.width, y))
            writer.words(
                tick.label,
                [
                    "class": "label", "x": SVGWriter.number(frame.x - 5),
                    "y": SVGWriter.number(y + 4), "text-anchor": "end",
                ])
        }
        for tick in panel.x.ticks {
            let x = frame.x(tick.value)
            line(from: (x, frame.y), to: (x, frame.y + frame.height))
            if !showsLabels { continue }
            writer.words(
                tick.label,
                [
                    "class": "label", "x": SVGWriter.number(x),
                    "y": SVGWriter.number(frame.y + frame.height + 19), "text-anchor": "middle",
                ])
        }
    }

    private mutating func line(from start: (Double, Double), to end: (Double, Double)) {
        let points = [start.0, start.1, end.0, end.1].map(SVGWriter.number)
        writer.element(
            "path", ["class": "grid", "d": "M\(points[0]) \(points[1])L\(points[2]) \(points[3])"])
    }
}

/// Where a panel lies, and where in it a value lies; all in user units.
struct ChartFrame {
    var x: Double
    var y: Double
    var width: Double
    var height: Double
    var across: ChartScale
    var up: ChartScale

    func x(_ value: Double) -> Double { x + across.fraction(value) * width }
    func y(_ value: Double) -> Double { y + height - up.fraction(value) * height }
}
