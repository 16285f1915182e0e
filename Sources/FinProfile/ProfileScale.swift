/// `--scale`: the factor for every rate of arrivals, or for the concurrency of a closed load.
struct ProfileScale {
    /// As typed: `10%`.
    let text: String
    /// The factor; 1 for `100%`.
    let factor: Double

    /// From a millionth of the load to a thousand times of it.
    private static let limits = 1e-6...1e3

    /// Reads a percentage above zero; above 100% as well.
    init(_ text: String) throws(ProfileError) {
        let number = text.split(separator: "%", omittingEmptySubsequences: false)
        let digits = number.count == 2 && number[1].isEmpty ? number[0].prefix { $0 != " " } : ""
        let isPlain = digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard isPlain, let percent = Double(digits), ProfileScale.limits ~= percent / 100 else {
            throw ProfileError(
                origin: .option("--scale"),
                message: "\"\(text.shortened)\" must be a percentage from 0.0001% to 100000%, "
                    + "such as \"10%\"")
        }
        self.text = text
        factor = percent / 100
    }

    /// Why a trace cannot be scaled.
    static func refusal(ofTrace file: Field) -> ProfileError {
        let name = file.node.scalar?.string.shortened ?? ""
        return ProfileError(
            origin: .option("--scale"),
            message: "load.arrivals.trace \"\(name)\" has fixed instants, which have no rate to "
                + "scale: leave --scale out, or name a trace with fewer starts")
    }
}
