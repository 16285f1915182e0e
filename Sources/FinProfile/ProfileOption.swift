/// A value of the command line that takes the place of one in the profile.
///
/// A mistake in it is reported under the option that the user typed.
public struct ProfileOption: Sendable, Equatable {
    /// The option, as typed: `--region`.
    var name: String
    /// The key it sets: `target.region`.
    var key: String
    /// The value, as typed.
    var value: String
    /// The keys of the profile that it takes the place of, besides its own.
    var replaced: [String] = []

    /// `--target URL`, in place of the profile's address.
    public static func target(_ url: String) -> ProfileOption {
        ProfileOption(
            name: "--target", key: "target.url", value: url, replaced: ["target.region"])
    }

    /// `--region us|eu|au`, in place of the profile's address.
    public static func region(_ region: String) -> ProfileOption {
        ProfileOption(
            name: "--region", key: "target.region", value: region, replaced: ["target.url"])
    }

    /// `--seed N`: the seed of the plan.
    public static func seed(_ seed: UInt64) -> ProfileOption {
        ProfileOption(name: "--seed", key: "load.seed", value: String(seed))
    }

    /// `--max-conversations N`: the cap of the plan.
    public static func maxConversations(_ count: Int) -> ProfileOption {
        ProfileOption(
            name: "--max-conversations", key: "safety.max_conversations", value: String(count))
    }
}

extension ProfileNode {
    /// This tree with the value of a `--set` in place of what stood at its key.
    func setting(key: String, to text: String) throws(ProfileError) -> ProfileNode {
        let source = ProfileSource(origin: .override(key), baseDirectory: place.folder)
        let place = Place(source: source)
        let words = key.keyWords
        if words.contains(where: \.isEmpty) {
            throw place.error(
                "is not a key: write section and key joined by a dot, such as load.rate")
        }
        if words.first == "extends" {
            throw place.error("is read from the profile alone: name the base in the file")
        }
        let value = try ProfileText.tree(text, source: source)
        let isAbsent = value.mapping?.isEmpty == true && !text.contains("{")
        if isAbsent { throw place.error("has no value after =") }
        return try putting(value, at: words[...], place: place)
    }

    /// This tree with an option's value in place of what stood at its key.
    func setting(_ option: ProfileOption) throws(ProfileError) -> ProfileNode {
        // Quoted: what was typed is one text, whatever YAML would make of it.
        let place = Place(
            source: ProfileSource(origin: .option(option.name), baseDirectory: place.folder))
        let value = ProfileNode(option.value, isPlain: false, place: place)
        var root = self
        for key in option.replaced { root = root.removing(key.keyWords[...]) }
        return try root.putting(value, at: option.key.keyWords[...], place: place)
    }

    /// Sections on the way are made when missing.
    private func putting(
        _ value: ProfileNode, at words: ArraySlice<String>, place: Place
    ) throws(ProfileError) -> ProfileNode {
        guard let word = words.first else { return value }
        guard var pairs = mapping else {
            throw place.error("\"\(word)\" lies below a key that is no section")
        }
        let index = pairs.firstIndex { $0.key == word }
        let inner = index.map { pairs[$0].value } ?? ProfileNode(keys: [], place: place)
        let changed = try inner.putting(value, at: words.dropFirst(), place: place)
        if let index {
            pairs[index].value = changed
        } else {
            pairs.append(Pair(key: word, keyPlace: place, value: changed))
        }
        return ProfileNode(keys: pairs, place: self.place)
    }

    /// This tree without a key; what another option set stays, so that the two are seen to clash.
    private func removing(_ words: ArraySlice<String>) -> ProfileNode {
        guard let word = words.first, let pairs = mapping else { return self }
        let kept = pairs.compactMap { pair -> Pair? in
            if pair.key != word { return pair }
            if words.count == 1 { return pair.value.place.isOption ? pair : nil }
            var pair = pair
            pair.value = pair.value.removing(words.dropFirst())
            return pair
        }
        return ProfileNode(keys: kept, place: place)
    }
}

extension Place {
    /// The folder that relative paths of the text begin in.
    fileprivate var folder: String { source.baseDirectory }

    /// Whether the value is that of an option other than `--set`.
    fileprivate var isOption: Bool {
        if case .option = source.origin { true } else { false }
    }
}

extension String {
    /// The words of a dotted key.
    fileprivate var keyWords: [String] {
        split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }
}
