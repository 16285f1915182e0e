private import Foundation

/// The four files of a record, and how they are read and replaced whole.
enum RecordFiles {
    static let document = "run.json"
    static let histograms = "histograms.hlog"
    static let outcomes = "outcomes.csv"
    static let turns = "turns.csv"
    /// What an embedded simulator leaves beside the record, on the monotonic clock.
    static let truths = ["truth.csv", "webhook-truth.csv", "hitl-truth.csv"]
    /// What is made from the record; an older run's must not outlive its record.
    static let projections = [
        SummaryCSV.fileName, HistogramCSV.fileName, IntervalsCSV.fileName, HeatmapCSV.fileName,
        AnatomyCSV.fileName, SLOCSV.fileName, HealthCSV.fileName, ReportPage.fileName,
    ]
    /// What a file is called until the run is over.
    static let partialSuffix = ".partial"

    /// Writes a file that is complete or absent: a temporary one beside it, then a rename.
    static func replace(_ name: String, in directory: String, with bytes: [UInt8]) throws {
        try replace(path: "\(directory)/\(name)", with: bytes)
    }

    /// The same for a path.
    static func replace(path: String, with bytes: [UInt8]) throws {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw refused("be written", path, error)
        }
    }

    /// The path of a finished file, else of its partial form; nil when there is neither.
    static func existing(_ name: String, in directory: String) -> (path: String, isPartial: Bool)? {
        for suffix in ["", partialSuffix] {
            let path = "\(directory)/\(name)\(suffix)"
            if FileManager.default.fileExists(atPath: path) { return (path, suffix != "") }
        }
        return nil
    }

    /// The whole of a file as text, with one copy of it in memory.
    static func text(_ path: String) throws -> String {
        do {
            let url = URL(fileURLWithPath: path)
            return String(
                decoding: try Data(contentsOf: url, options: .mappedIfSafe), as: UTF8.self)
        } catch {
            throw refused("be read", path, error)
        }
    }

    /// The whole of a file.
    static func read(_ path: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            throw refused("be read", path, error)
        }
    }

    static func createDirectory(_ path: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw refused("be created", path, error)
        }
    }

    /// Creates the folder of a file.
    static func createFolder(of path: String) throws {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return }
        try createDirectory(String(path[..<slash]))
    }

    static func remove(_ path: String) throws {
        guard let attributes = try? FileManager.default.attributesOfItem(atPath: path) else {
            return
        }
        // A file manager removes folders with all they hold; ours are files.
        if attributes[.type] as? FileAttributeType == .typeDirectory {
            throw ReportError(
                .unwritable, path: path,
                "is a folder where a file of the run belongs; name another directory with --output")
        }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw refused("be removed", path, error)
        }
    }

    static func rename(_ source: String, to target: String) throws {
        do {
            try remove(target)
            try FileManager.default.moveItem(atPath: source, toPath: target)
        } catch let error as ReportError {
            throw error
        } catch {
            throw refused("be renamed", source, error)
        }
    }

    static func refused(_ what: String, _ path: String, _ error: any Error) -> ReportError {
        ReportError(
            what == "be read" ? .file : .unwritable, path: path,
            "cannot \(what) (\(error.localizedDescription)); check the path, its permissions "
                + "and the free space")
    }
}
