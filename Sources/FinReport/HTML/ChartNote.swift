/// How to read each chart of a run, by the beginning of its name.
enum ChartNote {
    private static let notes: [(name: String, text: String)] = [
        (
            "ttft-over-time",
            "A gap between offered and begun, or a rise that the load does not explain, is the story."
        ),
        (
            "ttft-percentiles",
            "Each nine to the right is ten times rarer. Where failed turns rank the curve ends: the "
                + "truth there is the value shown or more."
        ),
        (
            "ttft-histogram",
            "Two humps are two kinds of turns. Filled: the first of the legend. Failed turns stand "
                + "apart on the right."
        ),
        (
            "ttft-heatmap",
            "A stronger colour is more turns. A slope down to the right is a pause being caught up."
        ),
        (
            "anatomy",
            "Means of the five parts over the turns within one percentile of each place, numbered "
                + "in the order in which they happen."
        ),
        ("chunk-gaps", "How steadily the answer flows once it has begun."),
        (
            "trend",
            "The band holds 95 % of runs like the up to 20 valid ones before; a dot outside is a "
                + "change, or chance: one run in twenty."
        ),
        ("outcomes", "Stacked by outcome, what ended well at the bottom."),
        ("capacity", "Each place is a run of its own. The shaded rates did not pass."),
        ("generator", "Above the line the generator measured itself, not the target."),
    ]

    static func text(_ name: String) -> String {
        notes.first { name.hasPrefix($0.name) }?.text ?? ""
    }
}
