#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// Where deliveries go: an `http` URL, taken apart once.
struct WebhookAddress: Sendable, Equatable {
    /// Without brackets.
    let host: String
    let port: Int
    /// Path and query, as the request line has them.
    let target: String
    /// What the `Host` header says.
    let authority: String

    /// - Throws: `SimulatorError.invalidOption` for what is not `http`, holds a password, or is not
    ///   on this machine where only that is allowed. The URL's path and query are never shown.
    init(_ text: String, mayBeRemote: Bool, of what: String = "webhook") throws(SimulatorError) {
        guard let parts = URLComponents(string: text), parts.scheme?.lowercased() == "http",
            parts.user == nil, parts.password == nil, let written = parts.host, !written.isEmpty
        else {
            throw SimulatorError(
                .invalidOption,
                "the \(what) URL must be http, a host and a path, such as http://127.0.0.1:8080/fin"
            )
        }
        host = written.filter { $0 != "[" && $0 != "]" }
        port = parts.port ?? 80
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        target = path + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
        let name = host.contains(":") ? "[\(host)]" : host
        authority = parts.port.map { "\(name):\($0)" } ?? name
        if !mayBeRemote, !WebhookAddress.isLoopback(host) {
            throw SimulatorError(
                .invalidOption,
                "\(what) host \"\(host)\" is not this machine: name 127.0.0.1, ::1 or localhost, "
                    + "or allow other hosts with --remote-webhooks")
        }
    }

    /// Whether a host is this machine by its name alone; nothing is looked up.
    static func isLoopback(_ host: String) -> Bool {
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
