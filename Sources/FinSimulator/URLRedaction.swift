/// URLs as the API shows them: without what may be secret.
enum URLRedaction {
    /// The URL without its user, password, query and fragment; they leave no trace.
    static func redacted(_ url: String) -> String {
        let plain = url.prefix { $0 != "?" && $0 != "#" }
        let start = plain.firstRange(of: "//")?.upperBound ?? plain.startIndex
        let end = plain[start...].firstIndex(of: "/") ?? plain.endIndex
        guard let mark = plain[start..<end].lastIndex(of: "@") else { return String(plain) }
        return String(plain[..<start] + plain[plain.index(after: mark)...])
    }
}
