import FinMeasure

extension Field {
    /// Reads `simulator.helpdesk:`.
    func simulatorHelpdesk() throws(ProfileError) -> SimulatorSettings.Helpdesk {
        let section = try Section(self, SectionShape.simulatorHelpdesk)
        var helpdesk = SimulatorSettings.Helpdesk()
        helpdesk.signingKeyVariable = try section["signing_key_env"]?.environmentName()
        helpdesk.clientSecretVariable = try section["client_secret_env"]?.environmentName()
        helpdesk.webhookKeyVariable = try section["webhook_key_env"]?.environmentName()
        try section.read("check_signatures", into: &helpdesk.checksSignatures, Field.flag)
        if let field = section["clock_skew"] {
            helpdesk.clockSkew = Double(try field.duration().count)
        }
        if let field = section["token_life"] {
            helpdesk.tokenLife = Double(try field.positiveDuration().count)
        }
        if let field = section["delay"] { helpdesk.delay = try field.distribution(.duration) }
        try section.read("dropped_answers", into: &helpdesk.droppedAnswers, Field.share)
        try section.read("http_401", into: &helpdesk.http401, Field.share)
        try section.read("http_403", into: &helpdesk.http403, Field.share)
        try section.read("http_500", into: &helpdesk.http500, Field.share)
        try section.read("idempotent", into: &helpdesk.isIdempotent, Field.flag)
        try checkSum([
            helpdesk.droppedAnswers, helpdesk.http401, helpdesk.http403, helpdesk.http500,
        ])
        return helpdesk
    }
}
