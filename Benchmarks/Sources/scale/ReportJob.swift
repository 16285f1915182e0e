import CScale
import FinReport
import Foundation

/// What one report took.
struct ReportFigures: Codable {
    var seconds: Double
    var cpu: Double
    var pageBytes: Int
    /// The most resident memory of the process, in bytes.
    var memory: Double
}

/// All of `finbench report DIR` but its words on the terminal, in this process.
struct ReportJob {
    private let directory: String

    /// - Throws: `UsageError` naming the argument.
    init(_ arguments: ArraySlice<String>) throws(UsageError) {
        var rest = arguments
        guard rest.popFirst() == "--of", let directory = rest.popFirst(), rest.isEmpty else {
            throw UsageError(text: "report needs --of FOLDER")
        }
        self.directory = directory
    }

    /// Reports and prints the figures as one line of JSON.
    func perform() throws {
        let begin = ContinuousClock.now
        try Report.finish(directory: directory, slos: [])
        let seconds = (ContinuousClock.now - begin) / .seconds(1)
        let page = "\(directory)/report.html"
        let size = try FileManager.default.attributesOfItem(atPath: page)[.size]
        let figures = ReportFigures(
            seconds: seconds, cpu: scale_family_seconds(), pageBytes: (size as? Int) ?? 0,
            memory: scale_most_memory())
        print(String(decoding: try JSONEncoder().encode(figures), as: UTF8.self))
    }
}
