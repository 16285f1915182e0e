/// The marks of one panel, turned into SVG.
struct ChartPainter {
    let frame: ChartFrame
    /// How regions that are more than a tint are filled.
    let boundFill: String
    let invalidFill: String
    private var writer = SVGWriter()

    init(frame: ChartFrame, boundFill: String, invalidFill: String) {
        self.frame = frame
        self.boundFill = boundFill
        self.invalidFill = invalidFill
    }

    // Words of regions and levels: above all marks, whenever those come.
    private var notes = SVGWriter()

    /// What was painted so far.
    var text: String { writer.text + notes.text }

    /// Paints one more mark above the others.
    mutating func paint(_ mark: Chart.Mark) {
        switch mark {
        case .line(let points, let style): path(linePath(points), style)
        case .steps(let points, let style): path(stepPath(points), style)
        case .box(let from, let to, let style, let title): box(from, to, style, title)
        case .dot(let point, let style, let title): dot(point, style, title)
        case .bound(let point, let title): bound(point, title)
        case .region(let span, let region, let label): self.region(span, region, label)
        case .level(let value, let label): level(value, label)
        case .words(let point, let words): middle(point, words, "inside")
        case .label(let point, let words): middle(point, words, "note")
        case .hover(let span, let title): hover(span, title)
        }
    }

    private func place(_ point: Chart.Point) -> String {
        "\(SVGWriter.number(frame.x(point.x))) \(SVGWriter.number(frame.y(point.y)))"
    }

    private func linePath(_ points: [Chart.Point?]) -> String {
        var path = ""
        var isDrawing = false
        for point in points {
            guard let point else {
                isDrawing = false
                continue
            }
            path += (isDrawing ? "L" : "M") + place(point)
            // A point alone is a dot, through the round ends of the line.
            if !isDrawing { path += "h0" }
            isDrawing = true
        }
        return path
    }

    private func stepPath(_ points: [Chart.Point]) -> String {
        guard let first = points.first else { return "" }
        return points.dropFirst().reduce("M" + place(first)) { path, point in
            path + "H\(SVGWriter.number(frame.x(point.x)))V\(SVGWriter.number(frame.y(point.y)))"
        }
    }

    private mutating func path(_ path: String, _ style: Chart.Style) {
        if path.isEmpty { return }
        writer.element("path", ["class": "line \(ChartDrawing.name(style))", "d": path])
    }

    private mutating func box(
        _ from: Chart.Point, _ to: Chart.Point, _ style: Chart.Style, _ title: String
    ) {
        let (left, right) = (frame.x(min(from.x, to.x)), frame.x(max(from.x, to.x)))
        let (low, high) = (frame.y(min(from.y, to.y)), frame.y(max(from.y, to.y)))
        writer.element(
            "rect",
            [
                "class": "fill \(ChartDrawing.name(style))", "x": SVGWriter.number(left),
                "y": SVGWriter.number(high), "width": SVGWriter.number(max(right - left, 0.5)),
                "height": SVGWriter.number(max(low - high, 0.5)),
            ], title: title)
    }

    private mutating func dot(_ point: Chart.Point, _ style: Chart.Style, _ title: String) {
        writer.element(
            "circle",
            [
                "class": "dot \(ChartDrawing.name(style))",
                "cx": SVGWriter.number(frame.x(point.x)),
                "cy": SVGWriter.number(frame.y(point.y)), "r": "3.5",
            ], title: title)
    }

    private mutating func bound(_ point: Chart.Point, _ title: String) {
        let (x, y) = (frame.x(point.x), frame.y(point.y))
        let path = "M\(SVGWriter.number(x)) \(SVGWriter.number(max(y - 6, frame.y)))l5 9h-10z"
        writer.element("path", ["class": "above", "d": path], title: title)
    }

    private mutating func region(
        _ span: ClosedRange<Double>, _ region: Chart.Region, _ label: String
    ) {
        let (left, right) = (frame.x(span.lowerBound), frame.x(span.upperBound))
        if right - left < 0.05 { return }
        switch region {
        case .aside: area(left...right, "tint", from: 0, fill: "none")
        case .bound:
            area(left...right, "tint", from: 0, fill: "none")
            area(left...right, "hatched", from: 0, fill: boundFill)
        // A strip: what lies above is still worth reading.
        case .invalid: area(left...right, "hatched", from: frame.height - 6, fill: invalidFill)
        }
        if !label.isEmpty { regionLabel(label, left, right, isBound: region == .bound) }
    }

    private mutating func area(
        _ span: ClosedRange<Double>, _ name: String, from top: Double, fill: String
    ) {
        writer.element(
            "rect",
            [
                "class": name, "x": SVGWriter.number(span.lowerBound),
                "y": SVGWriter.number(frame.y + top),
                "width": SVGWriter.number(span.upperBound - span.lowerBound),
                "height": SVGWriter.number(frame.height - top), "fill": fill,
            ])
    }

    private mutating func regionLabel(
        _ label: String, _ left: Double, _ right: Double, isBound: Bool
    ) {
        // Inside the panel, on whichever side of the region has room; bounds lie at the top, so
        // their words do not.
        let isEarly = (left + right) / 2 < frame.x + frame.width / 2
        let y = frame.y + (isBound ? frame.height * 0.6 : 12)
        notes.words(
            label,
            [
                "class": "note", "x": SVGWriter.number(isEarly ? left + 3 : right - 3),
                "y": SVGWriter.number(y), "text-anchor": isEarly ? "start" : "end",
            ])
    }

    private mutating func level(_ value: Double, _ label: String) {
        let y = frame.y(value)
        let path =
            "M\(SVGWriter.number(frame.x)) \(SVGWriter.number(y))h"
            + SVGWriter.number(frame.width)
        writer.element("path", ["class": "limit", "d": path])
        notes.words(
            label,
            [
                // In the middle: both ends belong to the words of regions.
                "class": "note", "x": SVGWriter.number(frame.x + frame.width / 2),
                "y": SVGWriter.number(max(y - 4, frame.y + 10)), "text-anchor": "middle",
            ])
    }

    private mutating func middle(_ point: Chart.Point, _ words: String, _ name: String) {
        writer.words(
            words,
            [
                "class": name, "x": SVGWriter.number(frame.x(point.x)),
                "y": SVGWriter.number(frame.y(point.y) + 4), "text-anchor": "middle",
            ])
    }

    private mutating func hover(_ span: ClosedRange<Double>, _ title: String) {
        let (left, right) = (frame.x(span.lowerBound), frame.x(span.upperBound))
        writer.element(
            "rect",
            [
                "class": "hover", "x": SVGWriter.number(left), "y": SVGWriter.number(frame.y),
                "width": SVGWriter.number(max(right - left, 0.5)),
                "height": SVGWriter.number(frame.height),
            ], title: title)
    }
}
