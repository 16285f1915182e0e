/// `extends`: a profile laid over the profile it names.
///
/// Sections are merged key by key, the profile's own keys win; lists, distributions and single values
/// are replaced whole. A key that excludes others (`stages` and `rate`) takes their place. `name` is
/// not inherited: two profiles of one name would write into each other's history.
enum ProfileBase {
    /// How many bases a profile may have, one behind the other.
    static let limit = 8

    /// The tree with the bases it extends merged in, without `extends`.
    ///
    /// - Parameter path: where the tree was read; a shipped profile's name.
    static func resolve(
        _ root: ProfileNode, path: String
    ) throws(ProfileError) -> ProfileNode {
        let identity = (try? NamedProfile(path))?.identity ?? path
        return try resolve(root, chain: [(path: path, identity: identity)])
    }

    private static func resolve(
        _ root: ProfileNode, chain: [(path: String, identity: String)]
    ) throws(ProfileError) -> ProfileNode {
        guard let node = root["extends"] else { return root }
        let field = Field(node: node, path: "extends")
        let name = try field.text()
        // A file beside the profile comes first, then a shipped profile of that name.
        let path = field.resolve(name)
        let isShippedName = NamedFile.contents(path) == nil && ShippedProfile.named(name) != nil
        let base = try named(isShippedName ? name : path, field)
        if let first = chain.firstIndex(where: { $0.identity == base.identity }) {
            let circle = chain[first...].map(\.path) + [path]
            throw field.error("closes a circle: \(circle.joined(separator: " extends "))")
        }
        if chain.count > limit {
            throw field.error(
                "is base number \(chain.count): at most \(limit) may follow each other")
        }
        let source = ProfileSource(
            origin: .profile(isShippedName ? name : path), baseDirectory: base.folder)
        let tree = try ProfileText.tree(base.text, source: source)
        if tree.mapping == nil {
            throw tree.place.error("the profile must be a section with keys")
        }
        let below = try resolve(tree, chain: chain + [(path, base.identity)])
        return merge(root.without("extends"), over: below.without("name"), .profile)
    }

    private static func named(
        _ path: String, _ field: Field
    ) throws(ProfileError) -> NamedProfile {
        do throws(ProfileError) {
            return try NamedProfile(path)
        } catch {
            let name = try field.text()
            let words = ShippedProfile.advice(for: name)
            throw field.error(
                "is neither a readable file (looked for \"\(path)\") nor a shipped profile\(words)")
        }
    }

    /// Lays one section over another of the same shape.
    static func merge(
        _ upper: ProfileNode, over lower: ProfileNode, _ shape: SectionShape
    ) -> ProfileNode {
        guard let own = upper.mapping, let inherited = lower.mapping else { return upper }
        let kept = inherited.filter { pair in
            guard let key = pair.key else { return false }
            return !own.contains { shape.excludes($0, key, pair.value) }
        }
        var pairs = kept.map { pair in
            guard let key = pair.key, let over = upper[key] else { return pair }
            var pair = pair
            pair.value = merge(over, over: pair.value, shape[key]?.value)
            pair.keyPlace = own.first { $0.key == key }?.keyPlace ?? pair.keyPlace
            return pair
        }
        pairs += own.filter { pair in !kept.contains { $0.key == pair.key } }
        return ProfileNode(keys: pairs, place: upper.place)
    }

    private static func merge(
        _ upper: ProfileNode, over lower: ProfileNode, _ shape: ValueShape?
    ) -> ProfileNode {
        switch shape {
        case .section(let section): return merge(upper, over: lower, section)
        case .texts: return merge(upper, over: lower, SectionShape([]))
        default: return upper
        }
    }
}
