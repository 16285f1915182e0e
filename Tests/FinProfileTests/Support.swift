import FinMeasure
import FinProfile
import Foundation
import Testing

/// Parses a profile written in a test.
func parsed(
    _ text: String, overrides: [(key: String, value: String)] = [], folder: String = ""
) throws -> Profile {
    try Profile.parse(
        text: text, source: "test.yaml", baseDirectory: folder, overrides: overrides)
}

/// The message of a profile that must be refused; nil when it was taken.
func refusal(
    of text: String, overrides: [(key: String, value: String)] = [], folder: String = ""
) -> String? {
    do throws(ProfileError) {
        _ = try Profile.parse(
            text: text, source: "wrong.yaml", baseDirectory: folder, overrides: overrides)
        return nil
    } catch {
        return error.description
    }
}

/// A folder with files that goes away with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init(_ files: [String: String]) throws {
        let url = FileManager.default.temporaryDirectory
            .appendingPathComponent("finbench-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
        for (name, text) in files { try write(name, text) }
    }

    /// Adds a file, or writes it anew.
    func write(_ name: String, _ text: String) throws {
        try text.write(toFile: "\(path)/\(name)", atomically: true, encoding: .utf8)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The `profiles` folder of the package.
let profilesFolder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("profiles").path
