/// What kept a record from being written or read; shown once.
public struct ReportError: Error, Equatable, CustomStringConvertible, Sendable {
    /// What kind of trouble it is.
    public enum Code: String, Sendable {
        /// A file or directory cannot be read, or is not there.
        case file
        /// A file is not what its name says.
        case malformed
        /// The record is of a schema that this version does not know.
        case schema
        /// What was asked to be written has no place on the disk or in the record.
        case unwritable
        /// A run whose generator was late was asked for a verdict.
        case invalidRun
        /// Runs that are no two sides of one question were to be compared.
        case incomparable
        /// Runs that are no slices of one plan, or not all of them, were to be merged.
        case unmergeable
    }

    /// What kind of trouble it is.
    public var code: Code
    /// The file or directory.
    public var path: String
    /// The line, from 1; nil when it is not about a line.
    public var line: Int?
    /// What failed, the value in quotes, what was expected, what to do.
    public var message: String

    /// Joins the parts.
    public init(_ code: Code, path: String, line: Int? = nil, _ message: String) {
        self.code = code
        self.path = path
        self.line = line
        self.message = message
    }

    /// Place and message in one line.
    public var description: String {
        let place = line.map { " line \($0)" } ?? ""
        return "\"\(path)\"\(place): \(message)"
    }
}
