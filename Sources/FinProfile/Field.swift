/// One value of a profile and where it stands: what the sections are read from.
struct Field {
    /// The YAML below this key.
    let node: ProfileNode
    /// The key as a user writes it after `--set`: `load.stages[0].hold`; empty for the whole.
    let path: String
    /// What every rate of arrivals is multiplied by: `--scale`.
    var rateScale = 1.0

    /// The field of a key below this one.
    func child(_ key: String, _ node: ProfileNode) -> Field {
        Field(
            node: node, path: path.isEmpty ? key : "\(path).\(shownKey(key))",
            rateScale: rateScale)
    }

    /// A path of the profile as the system takes it: it begins where the text stands that names it.
    func resolve(_ path: String) -> String { node.place.source.resolve(path) }

    /// A mistake in this value; `words` continue the sentence after key and value.
    func error(_ words: String) -> ProfileError {
        let subject = path.isEmpty ? "the profile" : path
        return node.place.error("\(subject)\(quotedValue) \(words)")
    }

    /// A mistake in a value that may be private: the message names the key alone.
    func unquoted(_ words: String) -> ProfileError {
        node.place.error("\(path) \(words)")
    }

    /// The value in quotes, shortened; empty for lists and sections.
    private var quotedValue: String {
        guard !isPrivate, let text = node.scalar?.string else { return "" }
        return " \"\(text.shortened)\""
    }

    /// The text of a single value.
    ///
    /// The text is taken as written: 010, yes and 2.10 stay what they are.
    func text() throws(ProfileError) -> String {
        guard let scalar = node.scalar else {
            throw error("must be a single value, not a \(shape)")
        }
        if scalar.isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
            throw error("is empty: give it a value, or leave the key out")
        }
        if scalar.string.unicodeScalars.contains(where: {
            $0.value < 32 && !"\n\t".unicodeScalars.contains($0)
        }) {
            throw error("holds a control character: remove it")
        }
        return scalar.string
    }

    /// `list`, `section` or `single value`, for messages.
    var shape: String {
        if node.mapping != nil { return "section" }
        return node.sequence != nil ? "list" : "single value"
    }

    /// The elements of a list that may be empty: `--set` can take an inherited one away.
    func listOrNone(of what: String) throws(ProfileError) -> [Field] {
        node.sequence?.isEmpty == true ? [] : try list(of: what)
    }

    /// The elements of a list that is not empty.
    func list(of what: String) throws(ProfileError) -> [Field] {
        guard let sequence = node.sequence else {
            throw error("must be a list of \(what), not a \(shape)")
        }
        if sequence.isEmpty { throw error("is an empty list: give \(what), or leave the key out") }
        return sequence.enumerated().map {
            Field(node: $1, path: "\(path)[\($0)]", rateScale: rateScale)
        }
    }
}

extension String {
    /// At most 60 characters on one line, fit for a terminal: enough to be recognised.
    var shortened: String {
        let scalars = unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }
        let line = String(String.UnicodeScalarView(scalars))
        return line.count <= 60 ? line : line.prefix(57) + "..."
    }
}
