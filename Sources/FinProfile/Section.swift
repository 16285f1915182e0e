/// A mapping of a profile whose keys were checked: each known, none twice.
struct Section {
    /// The mapping itself, for messages about the whole.
    let field: Field
    private let entries: [(key: String, value: Field)]

    /// Checks the keys of a mapping against those that may stand there.
    ///
    /// - Parameter keys: the valid keys, in the order a message lists them.
    init(_ field: Field, keys: [String]) throws(ProfileError) {
        self.init(field, entries: try Section.entries(of: field))
        for entry in entries where !keys.contains(entry.key) {
            throw keyPlace(entry.key).error(
                "\(entry.value.path) \(Section.advice(for: entry.key, among: keys))")
        }
    }

    /// Checks the keys of a mapping against the table of keys.
    init(_ field: Field, _ shape: SectionShape) throws(ProfileError) {
        try self.init(field, keys: shape.names)
    }

    /// A mapping whose keys are the user's own: labels, headers, attributes.
    init(free field: Field) throws(ProfileError) {
        self.init(field, entries: try Section.entries(of: field))
    }

    private init(_ field: Field, entries: [(key: String, value: Field)]) {
        self.field = field
        self.entries = entries
    }

    /// The keys that were given, in order.
    var keys: [String] { entries.map(\.key) }

    /// Every key with its value, in order.
    var pairs: [(key: String, value: Field)] { entries }

    /// The value of a key; nil when it was left out.
    subscript(key: String) -> Field? { entries.first { $0.key == key }?.value }

    /// Reads a key into `value` if it was given.
    func read<Value>(
        _ key: String, into value: inout Value,
        _ parse: (Field) -> () throws(ProfileError) -> Value
    ) throws(ProfileError) {
        if let field = self[key] { value = try parse(field)() }
    }

    /// The value of a key that must be there.
    func required(_ key: String, _ example: String) throws(ProfileError) -> Field {
        if let field = self[key] { return field }
        throw field.error("lacks the key \"\(key)\": add \(example)")
    }

    /// Refuses a key beside another that says the same thing.
    func refuse(_ others: [String], beside key: String) throws(ProfileError) {
        guard self[key] != nil, let other = others.first(where: { self[$0] != nil }) else { return }
        throw place(ofOne: [key, other])
            .error("\(field.path) has both \"\(key)\" and \"\(other)\": give only one of them")
    }

    /// Where a person looks for the clash of two keys: at the one given on the command line, else at
    /// the section.
    private func place(ofOne keys: [String]) -> Place {
        keys.map(keyPlace).first { $0.line == nil } ?? field.node.place
    }

    private func keyPlace(_ key: String) -> Place {
        field.node.mapping?.first { $0.key == key }?.keyPlace ?? field.node.place
    }

    private static func entries(
        of field: Field
    ) throws(ProfileError) -> [(key: String, value: Field)] {
        guard let mapping = field.node.mapping else {
            if field.node.scalar?.string.isEmpty == true {
                throw field.unquoted("is empty: give it keys, or leave the key out")
            }
            throw field.error("must be a section with keys, not a \(field.shape)")
        }
        var entries: [(key: String, value: Field)] = []
        for pair in mapping {
            guard let name = pair.key else {
                throw field.error("has a key that is not a single word")
            }
            if entries.contains(where: { $0.key == name }) {
                throw field.error("has the key \"\(name)\" twice: keep one of them")
            }
            entries.append((name, field.child(name, pair.value)))
        }
        return entries
    }

    /// Why a key is refused, and which one was perhaps meant.
    private static func advice(for key: String, among keys: [String]) -> String {
        if let near = NearestWord.find(key, among: keys) {
            return "is not a known key: did you mean \"\(near)\"?"
        }
        return "is not a known key (known: \(keys.joined(separator: ", ")))"
    }
}
