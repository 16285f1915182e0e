import FinMeasure

extension Profile {
    /// Reads a profile, the bases it extends and the files it names.
    ///
    /// - Parameters:
    ///   - path: a YAML file, or the name of a shipped profile where there is no such file; relative
    ///     paths inside a file begin in its folder.
    ///   - overrides: keys and values of `--set`, in order; the last one of a key wins. Relative
    ///     paths in them begin in the profile's folder as well.
    ///   - options: values of other options of the command line, put in after `overrides`.
    ///   - scale: a percentage that all rates (or the concurrency) are multiplied by, at last; it
    ///     becomes the label `scale`, so that no output of a scaled run is taken for a whole one.
    /// - Throws: `ProfileError` for the first mistake found.
    public static func load(
        path: String, overrides: [(key: String, value: String)] = [],
        options: [ProfileOption] = [], scale: String? = nil
    ) throws(ProfileError) -> Profile {
        let named = try NamedProfile(path)
        return try parse(
            text: named.text, source: path, baseDirectory: named.folder, overrides: overrides,
            options: options, scale: scale)
    }

    /// Reads a profile from its text.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - source: what messages call it; its last part without `.yaml` is the default name.
    ///   - baseDirectory: where relative paths in the text begin; empty for the working folder.
    ///   - overrides: keys and values of `--set`, in order; the last one of a key wins.
    ///   - options: values of other options of the command line, put in after `overrides`.
    ///   - scale: a percentage that all rates (or the concurrency) are multiplied by, at last.
    /// - Throws: `ProfileError` for the first mistake found.
    public static func parse(
        text: String, source: String, baseDirectory: String = "",
        overrides: [(key: String, value: String)] = [], options: [ProfileOption] = [],
        scale: String? = nil
    ) throws(ProfileError) -> Profile {
        let scale = try scale.map { text throws(ProfileError) in try ProfileScale(text) }
        let root = try tree(
            text: text, source: source, baseDirectory: baseDirectory, overrides: overrides,
            options: options)
        var profile = Profile()
        if let name = defaultName(source) { profile.name = name }
        try profile.read(Field(node: root, path: "", rateScale: scale?.factor ?? 1))
        if let scale, scale.factor != 1, profile.labels["scale"] == nil {
            profile.labels["scale"] = scale.text
        }
        return profile
    }

    /// The profile as a tree: bases merged in, values of the command line put in.
    static func tree(
        text: String, source: String, baseDirectory: String,
        overrides: [(key: String, value: String)], options: [ProfileOption]
    ) throws(ProfileError) -> ProfileNode {
        let place = ProfileSource(origin: .profile(source), baseDirectory: baseDirectory)
        var root = try ProfileBase.resolve(try ProfileText.tree(text, source: place), path: source)
        for (key, value) in overrides { root = try root.setting(key: key, to: value) }
        for option in options { root = try root.setting(option) }
        return root
    }

    /// The profile that runs when none is named: about ten seconds against the simulator.
    ///
    /// The same text as `profiles/quickstart.yaml`.
    public static var quickstart: Profile {
        do throws(ProfileError) {
            return try parse(text: quickstartText, source: "quickstart")
        } catch {
            preconditionFailure("the built-in profile is wrong: \(error)")
        }
    }

    /// `rollout` of `profiles/rollout.yaml`; nil when that is no fit name.
    static func defaultName(_ source: String) -> String? {
        let file = source.split(separator: "/").last ?? ""
        let stem = file.split(separator: ".").first.map(String.init) ?? ""
        let isPlain = stem.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return isPlain && !stem.isEmpty && !stem.hasPrefix("-") ? stem : nil
    }

    /// Reads the whole document, section by section, then looks at how they fit.
    mutating func read(_ field: Field) throws(ProfileError) {
        let section = try Section(field, .profile)
        try readHead(section)
        if let target = section["target"] { try readTarget(target) }
        if let field = section["hitl"] { hitl = try field.hitl() }
        try readDelivery(section)
        try section.read("conversation", into: &conversation, Field.conversation)
        if let field = section["scenarios"] { scenarios = try field.scenarios(of: conversation) }
        if let field = section["connectors"] { connectors = try field.connectors() }
        try section.read("helpdesk", into: &helpdesk, Field.helpdesk)
        try section.read("load", into: &load, Field.load)
        if let slo = section["slo"] { self.slo = try slo.objectives(of: allScenarios) }
        try section.read("simulator", into: &simulator, Field.simulator)
        try checkDelivery(section)
        if let field = section["simulator"] { try nameSlowQuestions(field) }
        try readLimits(section)
    }

    private mutating func readHead(_ section: Section) throws(ProfileError) {
        try section.read("name", into: &name, Field.profileName)
        try section.read("description", into: &description, Field.text)
        guard let field = section["labels"] else { return }
        labels = try field.texts()
        for (key, value) in try Section(free: field).pairs where !Profile.isLabelKey(key) {
            throw value.error("has a key that may hold only letters, digits and \"._-\"")
        }
    }

    private static func isLabelKey(_ key: String) -> Bool {
        !key.isEmpty
            && key.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }

    private mutating func readLimits(_ section: Section) throws(ProfileError) {
        if let field = section["confidence"] {
            confidence = try field.share()
            if confidence < 0.5 || confidence >= 1 {
                throw field.error("must be at least 50% and below 100%")
            }
        }
        if let field = section["longest_pause"] { longestPause = try field.duration() }
        try section.read("abort_when", into: &abortRules, Field.abortRules)
        try section.read("on_429", into: &onRateLimit, Field.onRateLimit)
        if let field = section["transport"] { transport = try field.transport(to: target) }
        try section.read("generator", into: &generator, Field.generator)
        try section.read("safety", into: &safety, Field.safety)
    }
}

extension Field {
    /// A profile's name: it names files.
    func profileName() throws(ProfileError) -> String {
        let name = try name(marks: "._-")
        if name.hasPrefix(".") || name.hasPrefix("-") {
            throw error("must begin with a letter or digit: it names files")
        }
        return name
    }
}
