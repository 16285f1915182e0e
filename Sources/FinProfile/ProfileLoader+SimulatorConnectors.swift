import FinMeasure

extension Field {
    /// Reads `simulator.connectors:`.
    func simulatorConnectors() throws(ProfileError) -> SimulatorSettings.Connectors {
        let section = try Section(self, SectionShape.simulatorConnectors)
        var connectors = SimulatorSettings.Connectors()
        if let field = section["url"] { connectors.url = try field.plainURL("/orders") }
        try section.read("share", into: &connectors.share, Field.share)
        if let field = section["at"] {
            let word = try field.word(SimulatorSettings.Connectors.Place.allCases.map(\.rawValue))
            connectors.place = .init(rawValue: word) ?? .beforeAnswer
        }
        if let field = section["method"] {
            let word = try field.word(SimulatorSettings.Connectors.Method.allCases.map(\.rawValue))
            connectors.method = .init(rawValue: word) ?? .post
        }
        if let field = section["timeout"] {
            connectors.timeout = Double(try field.positiveDuration().count)
        }
        try section.read("edits_live", into: &connectors.editsLive, Field.flag)
        return connectors
    }
}
