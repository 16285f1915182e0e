import Foundation

/// The tree this test was compiled from.
enum SourceTree {
    /// The package's folder.
    static let top = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// Names at the top.
    static func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: top.path).sorted()
    }

    /// One file by its path from the top.
    static func file(_ path: String) throws -> SourceFile {
        let data = try Data(contentsOf: top.appendingPathComponent(path))
        return SourceFile(path: path, text: String(decoding: data, as: UTF8.self))
    }

    /// Every file that is written by hand.
    static let files: [SourceFile] = {
        let folders = ["Benchmarks", "Sources", "Tests", "profiles", ".ci"]
        let paths = folders.flatMap(paths(below:)) + ["Package.swift", "README.md"]
        return paths.compactMap { try? file($0) }
    }()

    private static let endings = [
        "c", "h", "json", "md", "modulemap", "py", "sh", "swift", "yaml", "yml", "",
    ]

    private static func paths(below folder: String) -> [String] {
        let list = FileManager.default.enumerator(atPath: top.appendingPathComponent(folder).path)
        var found: [String] = []
        while let path = list?.nextObject() as? String {
            let name = path.split(separator: "/").last ?? ""
            if name.hasPrefix(".build") || name == "__pycache__" {
                list?.skipDescendants()
            } else if list?.fileAttributes?[.type] as? FileAttributeType == .typeRegular,
                endings.contains(URL(fileURLWithPath: path).pathExtension)
            {
                found.append(folder + "/" + path)
            }
        }
        return found.sorted()
    }
}
