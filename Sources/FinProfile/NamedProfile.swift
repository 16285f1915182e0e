import Foundation

/// The text of a profile that was named by its path, or by its name where it is a shipped one.
struct NamedProfile {
    /// The YAML.
    let text: String
    /// Where relative paths in it begin; empty for the working folder.
    let folder: String
    /// What tells it from others when bases are followed: a whole path, or a shipped name.
    let identity: String

    /// A file of that path comes first, then the shipped profile of that name.
    init(_ path: String) throws(ProfileError) {
        if let text = NamedFile.contents(path) {
            self.text = text
            folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
            identity = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        } else if !NamedProfile.isFile(path), let shipped = ShippedProfile.named(path) {
            text = shipped.text
            folder = ""
            identity = path
        } else {
            throw ProfileError(
                origin: .profile(path), message: NamedProfile.remedy(path))
        }
    }

    private static func isFile(_ path: String) -> Bool {
        let files = FileManager.default
        return files.fileExists(atPath: path) && !files.fileExists(atPath: path + "/.")
    }

    /// What to do about a profile that cannot be read.
    static func remedy(_ path: String) -> String {
        if path.contains("/") || path.contains(".") || isFile(path) {
            return "cannot be read as UTF-8 text: check the path and its permissions"
        }
        return "is neither a file nor a shipped profile\(ShippedProfile.advice(for: path))"
    }
}
