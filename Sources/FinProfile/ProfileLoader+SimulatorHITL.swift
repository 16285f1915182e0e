import FinMeasure

extension Field {
    /// Reads `simulator.hitl:`.
    func simulatorHITL() throws(ProfileError) -> SimulatorSettings.HITL {
        let section = try Section(self, SectionShape.simulatorHITL)
        var hitl = SimulatorSettings.HITL()
        try section.read("share", into: &hitl.share, Field.share)
        if let field = section["questions"] {
            hitl.questions = try field.count(SimulatorSettings.HITL.questionCounts)
        }
        if let field = section["attributes"] { hitl.attributes = try field.dataTypes() }
        if let field = section["expires_after"] {
            hitl.expiresAfter = Double(try field.positiveDuration().count)
        }
        if let field = section["resume_delay"] {
            hitl.resumeDelay = try field.distribution(.duration)
        }
        try section.read("no_access", into: &hitl.noAccess, Field.share)
        try section.read("answered_elsewhere", into: &hitl.answeredElsewhere, Field.share)
        if let field = section["elsewhere_after"] {
            hitl.elsewhereAfter = try field.distribution(.duration)
        }
        try section.read("enabled", into: &hitl.isEnabled, Field.flag)
        return hitl
    }

    private func dataTypes() throws(ProfileError) -> [HITLDataType] {
        var types: [HITLDataType] = []
        for field in try list(of: "data types, such as [boolean, list]") {
            let word = try field.word(HITLDataType.allCases.map(\.rawValue))
            if let type = HITLDataType(rawValue: word) { types.append(type) }
        }
        return types
    }
}
