import Foundation
import Glibc

/// The processes of this machine, as `/proc` shows them.
enum ProcessTree {
    /// The children of a process.
    static func children(of parent: Int32) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { fields($0)?.parent == parent }
    }

    /// Whether a process runs; one that is dead but not yet collected does not.
    static func isAlive(_ process: Int32) -> Bool {
        guard let state = fields(process)?.state else { return false }
        return state != "Z" && state != "X"
    }

    /// `pid (name) state ppid …`; the name may hold anything, so what counts is the last `)`.
    private static func fields(_ process: Int32) -> (state: String, parent: Int32)? {
        guard let line = try? text("/proc/\(process)/stat"), let end = line.lastIndex(of: ")")
        else { return nil }
        let words = line[end...].split(separator: " ")
        guard words.count > 2, let parent = Int32(words[2]) else { return nil }
        return (String(words[1]), parent)
    }
}
