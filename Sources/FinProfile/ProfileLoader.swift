import FinMeasure
import Yams

extension Profile {
    /// Reads the profile at a path and the files it names.
    ///
    /// - Parameters:
    ///   - path: a YAML file; relative paths inside it begin in its folder.
    ///   - overrides: keys and values of `--set`, in order; the last one of a key wins. Relative
    ///     paths in them begin in the profile's folder as well.
    /// - Throws: `ProfileError` for the first mistake found.
    public static func load(
        path: String, overrides: [(key: String, value: String)] = []
    ) throws(ProfileError) -> Profile {
        guard let text = NamedFile.contents(path) else {
            throw ProfileError(
                origin: .profile(path),
                message: "cannot be read as UTF-8 text: check the path and its permissions")
        }
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        return try parse(text: text, source: path, baseDirectory: folder, overrides: overrides)
    }

    /// Reads a profile from its text.
    ///
    /// - Parameters:
    ///   - text: YAML.
    ///   - source: what messages call it; its last part without `.yaml` is the default name.
    ///   - baseDirectory: where relative paths in the text begin; empty for the working folder.
    ///   - overrides: keys and values of `--set`, in order; the last one of a key wins.
    /// - Throws: `ProfileError` for the first mistake found.
    public static func parse(
        text: String, source: String, baseDirectory: String = "",
        overrides: [(key: String, value: String)] = []
    ) throws(ProfileError) -> Profile {
        var place = ProfileSource(origin: .profile(source), baseDirectory: baseDirectory)
        var root = try ProfileText.tree(text, source: place)
        for (key, value) in overrides {
            root = try ProfileText.override(root, key: key, text: value)
            place.overridden.append(key)
        }
        var profile = Profile()
        if let name = defaultName(source) { profile.name = name }
        try profile.read(Field(node: root, path: "", source: place))
        return profile
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
    private static func defaultName(_ source: String) -> String? {
        let file = source.split(separator: "/").last ?? ""
        let stem = file.split(separator: ".").first.map(String.init) ?? ""
        let isPlain = stem.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return isPlain && !stem.isEmpty && !stem.hasPrefix("-") ? stem : nil
    }

    /// Reads the whole document, section by section, then looks at how they fit.
    private mutating func read(_ field: Field) throws(ProfileError) {
        let keys = [
            "name", "description", "labels", "target", "delivery", "conversation", "load", "slo",
            "confidence", "generator", "safety", "simulator", "on_429", "abort_when",
        ]
        let section = try Section(field, keys: keys)
        try readHead(section)
        if let target = section["target"] { try readTarget(target) }
        try section["delivery"]?.checkDelivery()
        try section.read("conversation", into: &conversation, Field.conversation)
        try section.read("load", into: &load, Field.load)
        if let slo = section["slo"] { self.slo = try slo.objectives(of: conversation) }
        try section.read("simulator", into: &simulator, Field.simulator)
        try readLimits(section)
    }

    private mutating func readHead(_ section: Section) throws(ProfileError) {
        if let field = section["name"] {
            name = try field.name(marks: "._-")
            if name.hasPrefix(".") || name.hasPrefix("-") {
                throw field.error("must begin with a letter or digit: it names files")
            }
        }
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
        if let field = section["generator"] {
            let generator = try Section(field, keys: ["max_share", "spin"])
            try generator.read("max_share", into: &self.generator.maxShare, Field.positiveShare)
            if let field = generator["spin"] { self.generator.spin = try field.spin() }
        }
        try section.read("safety", into: &safety, Field.safety)
        try section.read("on_429", into: &onRateLimit, Field.onRateLimit)
        try section.read("abort_when", into: &abortRules, Field.abortRules)
    }
}

extension Field {
    /// A share above zero.
    fileprivate func positiveShare() throws(ProfileError) -> Double {
        let share = try share()
        if share <= 0 { throw error("must be above 0%") }
        return share
    }

    /// Up to a second.
    fileprivate func spin() throws(ProfileError) -> Nanoseconds {
        let span = try duration()
        if span > .seconds(1) { throw error("must be at most 1s") }
        return span
    }

    /// Refuses every way of delivery but SSE.
    fileprivate func checkDelivery() throws(ProfileError) {
        var ways: Set<String> = []
        for field in try list(of: "ways of delivery, such as [sse]") {
            let way = try field.word(["sse", "webhook"])
            if way == "webhook" {
                throw field.error("is not supported by this version: use [sse]")
            }
            if !ways.insert(way).inserted { throw field.error("stands twice in the list") }
        }
    }
}
