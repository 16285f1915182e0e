import FinMeasure
import Foundation

/// Where runs leave their files.
enum ResultsDirectory {
    /// `results/<UTC time>-<profile>`.
    static func fresh(_ profile: String, unixNanoseconds: UInt64) -> String {
        let stamp = UTCStamp.milliseconds(unixNanoseconds: unixNanoseconds)
            .replacing(":", with: "").replacing(".", with: "-")
        return "results/\(stamp)-\(profile)"
    }

    /// Makes the directory; one that holds anything is refused, unless it is an earlier run's and may
    /// be overwritten.
    static func create(_ path: String, overwrites: Bool = false) throws {
        let present = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        let isRun = present.contains("run.json") || present.contains("run.json.partial")
        if !present.isEmpty && !isRun {
            throw Complaint(
                .usage,
                "--output \"\(path)\" holds files that are not a run's; name an empty or "
                    + "a new directory")
        }
        if isRun && !overwrites {
            throw Complaint(
                .usage,
                "--output \"\(path)\" holds an earlier run, which may have cost money; name a new "
                    + "directory, or add --overwrite")
        }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw Complaint(
                .host,
                "the directory \"\(path)\" cannot be made: \(error.localizedDescription); "
                    + "name another one with --output")
        }
    }

    /// Takes back a directory in which nothing was written.
    static func removeEmpty(_ path: String) {
        let present = try? FileManager.default.contentsOfDirectory(atPath: path)
        if present?.isEmpty == true { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Points `results/latest` to a run below `results`; others are left alone.
    static func pointLatest(to path: String) {
        guard path.hasPrefix("results/") else { return }
        let link = "results/latest"
        // Only our own link is replaced: a folder of that name is somebody's.
        let isLink = (try? FileManager.default.destinationOfSymbolicLink(atPath: link)) != nil
        if isLink { try? FileManager.default.removeItem(atPath: link) }
        do {
            try FileManager.default.createSymbolicLink(
                atPath: link, withDestinationPath: String(path.dropFirst("results/".count)))
        } catch {
            Terminal.note("finbench: note: results/latest could not be set")
        }
    }
}
