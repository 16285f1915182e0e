extension Field {
    /// Reads `transport:`.
    func transport(to target: Profile.Target?) throws(ProfileError) -> Profile.Transport {
        let section = try Section(self, .transport)
        var transport = Profile.Transport()
        if let field = section["http"] {
            transport.isHTTP2 = try field.word(["1.1", "2"]) == "2"
            // Without TLS nobody negotiates: a server of HTTP/1.1 would not know what it gets.
            if transport.isHTTP2, target?.url.lowercased().hasPrefix("https://") != true {
                throw field.error(
                    "needs a target whose address begins with https: name one, or take 1.1")
            }
        }
        if let field = section["streams_per_connection"] {
            transport.streamsPerConnection = try field.count(1...1000)
        }
        return transport
    }
}
