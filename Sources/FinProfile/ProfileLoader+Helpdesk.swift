import FinMeasure

extension Field {
    /// Reads `helpdesk:`.
    func helpdesk() throws(ProfileError) -> Profile.Helpdesk {
        let section = try Section(self, SectionShape.helpdesk)
        var helpdesk = Profile.Helpdesk()
        if let field = section["style"] {
            let word = try field.word(Profile.Helpdesk.Style.allCases.map(\.rawValue))
            helpdesk.style = Profile.Helpdesk.Style(rawValue: word) ?? .postOnly
        }
        try section.read("path", into: &helpdesk.path, Field.urlPath)
        try section.read("token_path", into: &helpdesk.tokenPath, Field.urlPath)
        if let field = section["client"] { helpdesk.client = try field.name(marks: "._-") }
        if let field = section["integration"] {
            helpdesk.integration = try field.name(marks: "._-")
        }
        if let field = section["retries"] { helpdesk.retries = try field.count(0...100) }
        if let field = section["retry_after"] { helpdesk.retryAfter = try field.duration() }
        helpdesk.signingKeyVariable = try section["signing_key_env"]?.environmentName()
        helpdesk.clientSecretVariable = try section["client_secret_env"]?.environmentName()
        helpdesk.webhookKeyVariable = try section["webhook_key_env"]?.environmentName()
        return helpdesk
    }

    /// A path on the target, without a slash at its end.
    private func urlPath() throws(ProfileError) -> String {
        let text = try text()
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || "/._~-".contains($0))
        }
        if text.isEmpty || text.hasPrefix("/") && !text.hasSuffix("/") && isPlain { return text }
        throw error("must be a path such as /api/fin, without a slash at its end")
    }
}
