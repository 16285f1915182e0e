import FinMeasure

extension Profile.Conversation {
    /// The most turns that a conversation may have.
    public static let turnLimit = 1000

    /// How many turns a conversation may have.
    static let turnCounts = 1...turnLimit
}

extension Section {
    /// Reads what a scenario's conversation may have of its own.
    func readTalk(into conversation: inout Profile.Conversation) throws(ProfileError) {
        if let field = self["turns"] {
            conversation.turns = try field.countDistribution(Profile.Conversation.turnCounts)
        }
        if let field = self["think_time"] {
            conversation.thinkTime = try field.distribution(.duration)
        }
        try read("messages", into: &conversation.messages, Field.messages)
    }
}

extension Field {
    /// Reads `conversation:`.
    func conversation() throws(ProfileError) -> Profile.Conversation {
        let section = try Section(self, .conversation)
        var conversation = Profile.Conversation()
        if let field = section["name"] { conversation.name = try field.name(marks: "_-") }
        try section.read("id", into: &conversation.id, Field.idTemplate)
        try section.readTalk(into: &conversation)
        try section.read("user_pool", into: &conversation.userPool, Field.userPool)
        try section.read("attributes", into: &conversation.attributes, Field.attributes)
        try section.read("timeouts", into: &conversation.timeouts, Field.timeouts)
        return conversation
    }

    /// A template with `{run}` and `{n}`, so that no two conversations ever share an id.
    private func idTemplate() throws(ProfileError) -> String {
        let text = try text()
        guard let template = IDTemplate(text) else {
            throw error("may have only {run} and {n} in braces")
        }
        for part in [IDTemplate.Part.run, .number] where !template.parts.contains(part) {
            throw error("must hold {run} and {n}, or ids repeat: write \"fb-{run}-{n}\"")
        }
        let fixed = template.fixedText
        let isPlain = fixed.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "._:-".contains($0))
        }
        if !isPlain { throw error("may hold only letters, digits and \"._:-\" beside the braces") }
        if fixed.count > 64 { throw error("must have at most 64 characters beside the braces") }
        return text
    }

    private func userPool() throws(ProfileError) -> Profile.UserPool {
        let section = try Section(self, .userPool)
        var pool = Profile.UserPool()
        if let field = section["size"] { pool.size = try field.count(1...1_000_000_000) }
        if let field = section["id_prefix"] { pool.idPrefix = try field.name(marks: "._:-") }
        try section.read("email", into: &pool.email, Field.emailTemplate)
        return pool
    }

    private func emailTemplate() throws(ProfileError) -> String {
        let text = try text()
        let ends = text.split(separator: "@", omittingEmptySubsequences: false)
        let isAddress = ends.count == 2 && ends.allSatisfy { !$0.isEmpty && !$0.contains(" ") }
        if !isAddress || !text.contains("{n}") {
            throw error(
                "must be an address that holds {n}, in a domain nobody owns: write "
                    + "\"load-{n}@example.test\"")
        }
        return text
    }

    private func attributes() throws(ProfileError) -> [String: String] {
        let texts = try texts()
        if texts.count > 10 { throw error("has \(texts.count) keys: the Fin API takes at most 10") }
        return texts
    }

    private func timeouts() throws(ProfileError) -> Profile.Timeouts {
        let section = try Section(self, .timeouts)
        var timeouts = Profile.Timeouts()
        try section.read("connect", into: &timeouts.connect, Field.positiveDuration)
        try section.read("response", into: &timeouts.response, Field.positiveDuration)
        try section.read("first_chunk", into: &timeouts.firstChunk, Field.positiveDuration)
        try section.read("idle", into: &timeouts.idle, Field.positiveDuration)
        try section.read("turn", into: &timeouts.turn, Field.turnTimeout)
        return timeouts
    }

    private func turnTimeout() throws(ProfileError) -> Nanoseconds {
        let span = try positiveDuration()
        if span > .seconds(180) {
            throw error("must be at most 180s: a stream's token lives no longer")
        }
        return span
    }
}
