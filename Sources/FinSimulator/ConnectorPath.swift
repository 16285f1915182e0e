private import Foundation

/// A path of the data connectors' family, and the methods that it knows.
enum ConnectorPath: Equatable {
    case all
    case one(id: String)
    case results(connector: String)
    case result(connector: String, id: String)

    /// - Parameter path: still percent-encoded; nil for one of another family.
    init?(path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
            .map { $0.removingPercentEncoding ?? "" }
        guard parts.first == "data_connectors", !parts.contains("") else { return nil }
        switch parts.count {
        case 1: self = .all
        case 2: self = .one(id: parts[1])
        case 3 where parts[2] == "execution_results": self = .results(connector: parts[1])
        case 4 where parts[2] == "execution_results":
            self = .result(connector: parts[1], id: parts[3])
        default: return nil
        }
    }

    /// As the `Allow` header lists them.
    var methods: [String] {
        switch self {
        case .all: ["GET", "POST"]
        case .one: ["GET", "PATCH", "DELETE"]
        case .results, .result: ["GET"]
        }
    }
}
