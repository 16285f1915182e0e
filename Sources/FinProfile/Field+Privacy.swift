// What a message about a wrong profile must not show: it ends up in terminals and CI logs.
extension Field {
    /// Whether the value may be a secret, a message's text, an e-mail or a user's attribute.
    ///
    /// The path of a messages file is none of these.
    var isPrivate: Bool {
        if path.hasSuffix(".file") { return false }
        if path.hasPrefix("scenarios["),
            path.contains(".conversation.messages") || path.contains(".settings.")
        {
            return true
        }
        return [
            "conversation.messages", "conversation.user_pool.email", "conversation.attributes",
            "target.headers", "target.headers_env", "target.api_key_env", "hitl.values",
        ].contains { path == $0 || path.hasPrefix("\($0).") || path.hasPrefix("\($0)[") }
    }

    /// A key as messages show it: text that holds a colon reads as a key, and is still a text.
    func shownKey(_ key: String) -> String {
        let isMessage = path.contains("conversation.messages")
        return isMessage && !["file", "question", "turns"].contains(key) ? "(a text)" : key
    }
}
