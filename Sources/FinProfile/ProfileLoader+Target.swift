public import FinMeasure

extension Profile {
    /// Reads `target:`; a version alone leaves the target to the embedded simulator.
    mutating func readTarget(_ field: Field) throws(ProfileError) {
        let section = try Section(field, .target)
        try section.refuse(["region"], beside: "url")
        try section.refuse(["api_key_file"], beside: "api_key_env")
        try section.read("version", into: &version, Field.apiVersion)
        guard var target = try section.address() else {
            if let other = section.keys.first(where: { $0 != "version" }) {
                throw field.error("has \"\(other)\" but no address: add url or region")
            }
            return
        }
        target.apiKey = try section.secret()
        target.headers = try section.headers()
        if let tls = section["tls"] {
            target.caFile = try Section(tls, .tls).required(
                "ca_file", "the path of a PEM file"
            ).filePath()
        }
        if let field = section["proxy"] { target.proxy = try field.url(mayHavePath: false) }
        target.isMetered = !target.isLocal
        try section.read("metered", into: &target.isMetered, Field.flag)
        self.target = target
    }
}

extension Profile.Target {
    /// The hosts of Intercom's regions.
    static let regions = [
        "us": "https://api.intercom.io",
        "eu": "https://api.eu.intercom.io",
        "au": "https://api.au.intercom.io",
    ]

    /// The names of the regions, the first one first.
    static let regionNames = ["us", "eu", "au"]

    /// Whether the address is this machine itself: localhost, 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { Profile.Target.isLoopback(url) }

    /// Whether nothing leaves this machine: neither the address nor the proxy is elsewhere.
    ///
    /// A proxy elsewhere takes "localhost" for what it likes, and forwards to whom it likes.
    public var isLocal: Bool { isLoopback && proxy.map(Profile.Target.isLoopback) ?? true }

    private static func isLoopback(_ url: String) -> Bool {
        let host = URLParts(url)?.host ?? ""
        if host == "localhost" || host == "[::1]" { return true }
        let bytes = host.split(separator: ".", omittingEmptySubsequences: false)
        return bytes.count == 4 && bytes[0] == "127" && bytes.allSatisfy { UInt8($0) != nil }
    }
}

extension Profile {
    /// The versions of the Fin Agent API, as `Intercom-Version` names them.
    static let versions = ["2.14", "2.15", "2.16", "2.17", "Preview", "Unstable"]

    /// What will be hit, as every output names it.
    public var targetKind: TargetKind {
        guard let target else { return .simulated }
        return target.isLocal ? .local : .live
    }

    /// The longest pause of the target that a pass allows for: the profile's own; else that of one
    /// block of a verdict, and none of the embedded simulator, whose pauses the profile names.
    public var allowedPause: Nanoseconds {
        longestPause
            ?? (target == nil ? .zero : Nanoseconds(seconds: Overdispersion.leastBlockSeconds))
    }
}

extension Section {
    fileprivate func address() throws(ProfileError) -> Profile.Target? {
        if let field = self["url"] {
            return Profile.Target(url: try field.url(mayHavePath: true))
        }
        guard let field = self["region"] else { return nil }
        let region = try field.word(Profile.Target.regionNames)
        return Profile.Target.regions[region].map { Profile.Target(url: $0) }
    }

    fileprivate func secret() throws(ProfileError) -> Profile.SecretSource? {
        if let field = self["api_key_env"] { return .environment(try field.environmentName()) }
        if let field = self["api_key_file"] { return .file(try field.filePath()) }
        return nil
    }

    fileprivate func headers() throws(ProfileError) -> [Profile.HeaderField] {
        var headers: [Profile.HeaderField] = []
        for key in ["headers", "headers_env"] {
            guard let field = self[key] else { continue }
            for (name, value) in try Section(free: field).pairs {
                try value.checkHeader(name, beside: headers)
                headers.append(
                    .init(
                        name: name,
                        value: key == "headers"
                            ? .literal(try value.headerValue())
                            : .environment(try value.environmentName())))
            }
        }
        return headers
    }
}

extension Field {
    fileprivate func apiVersion() throws(ProfileError) -> String {
        let text = try text()
        let known = Profile.versions
        if known.contains(text) { return text }
        throw error(
            "is not a version of the Fin Agent API (known: \(known.joined(separator: ", ")))")
    }

    fileprivate func filePath() throws(ProfileError) -> String { resolve(try text()) }

    /// An http or https address without credentials, query or trailing slash.
    fileprivate func url(mayHavePath: Bool) throws(ProfileError) -> String {
        let text = try text()
        guard let parts = URLParts(text) else {
            throw error(
                "is not an address: write scheme and host, such as \"http://127.0.0.1:8080\"")
        }
        if parts.hasCredentials {
            // Not quoted: the message must not show what it warns of.
            throw unquoted(
                "holds a user name or password: take it out, profiles hold no secrets")
        }
        if text.contains("?") || text.contains("#") {
            // Not quoted: a query is where keys are put.
            throw unquoted("has a query or fragment: remove what follows the path")
        }
        if !mayHavePath, !parts.path.isEmpty { throw error("must not have a path") }
        return parts.base
    }

    fileprivate func checkHeader(
        _ name: String, beside others: [Profile.HeaderField]
    ) throws(ProfileError) {
        let isToken = name.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "!#$%&'*+-.^_`|~".contains($0))
        }
        if !isToken || name.isEmpty { throw unquoted("is not a header name") }
        let lowered = name.lowercased()
        if lowered == "authorization" {
            throw unquoted("is made from the API key: use api_key_env or api_key_file")
        }
        let own = ["host", "content-type", "content-length", "intercom-version", "accept"]
        if own.contains(lowered) { throw unquoted("is set by finbench itself: remove it") }
        if others.contains(where: { $0.name.lowercased() == lowered }) {
            throw unquoted("is given twice: keep one of them")
        }
    }

    fileprivate func headerValue() throws(ProfileError) -> String {
        let text = try text()
        if text.contains("\n") { throw unquoted("holds a line break: write it on one line") }
        return text
    }
}
