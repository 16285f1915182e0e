private import Foundation

/// A file that grows while the run lasts.
final class AppendedFile {
    let path: String
    private let handle: FileHandle

    /// Creates the file, empty.
    init(path: String) throws {
        self.path = path
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else {
            throw ReportError(
                .unwritable, path: path,
                "cannot be created; check the path, its permissions and the free space")
        }
        self.handle = handle
    }

    /// Goes on at the end of a file.
    init(appendingTo path: String) throws {
        self.path = path
        guard let handle = FileHandle(forWritingAtPath: path) else {
            throw ReportError(.unwritable, path: path, "cannot be written; check its permissions")
        }
        do {
            try handle.seekToEnd()
        } catch {
            throw RecordFiles.refused("be written", path, error)
        }
        self.handle = handle
    }

    /// Cuts a file to its first bytes.
    static func cut(_ path: String, to byteCount: Int) throws {
        do {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            try handle.truncate(atOffset: UInt64(byteCount))
            try handle.close()
        } catch {
            throw RecordFiles.refused("be written", path, error)
        }
    }

    /// Hands the bytes to the kernel: they survive the process from here on.
    func append(_ bytes: [UInt8]) throws {
        do {
            try handle.write(contentsOf: Data(bytes))
        } catch {
            throw RecordFiles.refused("be written", path, error)
        }
    }

    func close() throws {
        do {
            try handle.close()
        } catch {
            throw RecordFiles.refused("be closed", path, error)
        }
    }
}
