/// What the templates show: words and numbers as text, lists, and yes or no.
///
/// Every text is plain: the templates' double braces escape it. Only `svg` and `css` are markup.
struct PageModel {
    var title: String
    var heading: String
    var toolVersion: String
    var css: String
    var runs: [Run]
    /// At most one: the keys that differ.
    var differences: [Grid]
    var charts: [Figure]
    /// At most one: several runs' figures.
    var sideBySide: [Grid]
    /// Figures over many runs, a table for each line of them.
    var trends: [Grid]

    /// A chart and how to read it.
    struct Figure {
        var name: String
        var title: String
        var note: String
        var svg: String
    }

    /// A table with a name for each row.
    struct Grid {
        var name = ""
        var columns: [String]
        var rows: [Row]
    }

    /// One row.
    struct Row {
        var name: String
        var metric = ""
        var anchor = ""
        var cells: [Cell]
    }

    /// One figure; `ms` is the number of `summary.csv`, at most one.
    struct Cell {
        var value: String
        var ms: [String] = []
    }

    /// A named fact.
    struct Fact {
        var name: String
        var value: String
        var isKey = false
    }

    /// An SLO's line.
    struct SLOLine {
        var text: String
        var verdict: String
        var symbol: String
        var words: String
        var seen: String
        var reason: String
    }

    /// A reason to doubt.
    struct Doubt {
        var message: String
        var advice: String
    }

    /// What came by webhook, and what is to be said of it.
    struct Webhooks {
        var reason: String
        var grid: Grid
    }

    /// One run's sections.
    struct Run {
        var name: String
        var isOverlay: Bool
        var result: String
        var symbol: String
        var headline: String
        var reason: String
        var facts: [Fact]
        var hasSLOs: Bool
        var slos: [SLOLine]
        var validity: String
        var warnings: [Doubt]
        var integrity: String
        /// At most one: what came by webhook.
        var webhooks: [Webhooks]
        var latencyColumns: [String]
        var latency: [Row]
        var hasTurns: Bool
        var turnLists: [Grid]
        var profile: String
    }
}
