internal import FinMeasure

#if canImport(FoundationEssentials)
    private import FoundationEssentials
#else
    private import Foundation
#endif

/// The members of a call: those of a JSON body, or a GET's parameters.
///
/// A member that is null counts as left out, but for `has`.
struct HelpdeskBody {
    private let members: [String: JSONValue]
    /// Where the members stand, for messages: empty, or a name and a dot.
    private let place: String

    init(_ members: [String: JSONValue], place: String = "") {
        self.members = members
        self.place = place
    }

    /// Reads a JSON object.
    init(_ bytes: [UInt8]) throws(HelpdeskProblem) {
        guard
            case .object(let members)? = try? JSONDecoder().decode(
                JSONValue.self, from: Data(bytes))
        else { throw .notJSON }
        self.init(members)
    }

    /// Whether a member is there, even as null.
    func has(_ key: String) -> Bool { members[key] != nil }

    private func value(_ key: String) -> JSONValue? {
        members[key].flatMap { $0 == .null ? nil : $0 }
    }

    func text(_ key: String) throws(HelpdeskProblem) -> String? {
        guard let value = value(key) else { return nil }
        guard case .string(let text) = value else { throw wrong(key, "a string") }
        return text
    }

    /// A text that may not be empty.
    func filled(_ key: String) throws(HelpdeskProblem) -> String? {
        let text = try text(key)
        if text?.isEmpty == true { throw .invalid("\(place)\(key) must not be empty") }
        return text
    }

    func required(_ key: String) throws(HelpdeskProblem) -> String {
        guard let text = try filled(key) else { throw .invalid("\(place)\(key) is required") }
        return text
    }

    /// One of some words; nil where it is left out.
    func word(_ key: String, _ words: [String]) throws(HelpdeskProblem) -> String? {
        guard let text = try text(key) else { return nil }
        if words.contains(text) { return text }
        throw .invalid("\(place)\(key) must be one of \(words.joined(separator: ", "))")
    }

    func object(_ key: String) throws(HelpdeskProblem) -> HelpdeskBody? {
        try members(key).map { HelpdeskBody($0, place: "\(place)\(key).") }
    }

    /// An object whose names are the caller's own.
    func members(_ key: String) throws(HelpdeskProblem) -> [String: JSONValue]? {
        guard let value = value(key) else { return nil }
        guard case .object(let members) = value else { throw wrong(key, "an object") }
        return members
    }

    func list(_ key: String) throws(HelpdeskProblem) -> [JSONValue]? {
        guard let value = value(key) else { return nil }
        guard case .array(let list) = value else { throw wrong(key, "an array") }
        return list
    }

    func time(_ key: String) throws(HelpdeskProblem) -> String? {
        guard let text = try text(key) else { return nil }
        if Validation.isTimestamp(text) { return text }
        throw wrong(key, "an ISO 8601 date and time")
    }

    func wrong(_ key: String, _ kind: String) -> HelpdeskProblem {
        .invalid("\(place)\(key) must be \(kind)")
    }
}

extension HelpdeskBody {
    /// The tags of a conversation.
    func tags() throws(HelpdeskProblem) -> [String]? {
        guard let list = try list("tags") else { return nil }
        if list.count > HelpdeskStore.memberLimit { throw wrong("tags", "100 texts at most") }
        var tags: [String] = []
        for item in list {
            guard case .string(let tag) = item else { throw wrong("tags", "an array of strings") }
            tags.append(tag)
        }
        return tags
    }

    /// The attachments of a message, each with an HTTPS address and nothing we do not know.
    func attachments() throws(HelpdeskProblem) -> [JSONValue] {
        var attachments: [JSONValue] = []
        for item in try list("attachments") ?? [] {
            guard case .object(let members) = item else {
                throw wrong("attachments", "an array of objects")
            }
            let attachment = HelpdeskBody(members, place: "\(place)attachments.")
            guard let url = try attachment.text("url"), url.hasPrefix("https://") else {
                throw wrong("attachments", "objects with an HTTPS url")
            }
            var kept: [String: JSONValue] = ["url": .string(url)]
            for key in ["filetype", "filename"] {
                kept[key] = try attachment.text(key).map { .string($0) }
            }
            attachments.append(.object(kept))
        }
        return attachments
    }
}
