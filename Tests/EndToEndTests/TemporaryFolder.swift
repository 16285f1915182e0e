import Foundation

/// A new folder that goes when its last holder goes.
final class TemporaryFolder: Sendable {
    /// The folder's path, without a slash at the end.
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory
            .appendingPathComponent("finbench-test-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a text file; answers its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    /// A new, empty file to send output to.
    func sink(_ name: String) throws -> FileHandle {
        try FileHandle(forWritingTo: URL(fileURLWithPath: try write(name, "")))
    }
}

/// The bytes of a file.
func contents(_ path: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path))
}

/// The text of a file; bytes that are no UTF-8 are replaced.
func text(_ path: String) throws -> String {
    String(decoding: try contents(path), as: UTF8.self)
}
