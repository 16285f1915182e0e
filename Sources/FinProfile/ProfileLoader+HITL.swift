import FinMeasure

extension Field {
    /// Reads `hitl:`.
    func hitl() throws(ProfileError) -> Profile.HITL {
        let section = try Section(self, SectionShape.hitl)
        var hitl = Profile.HITL()
        if let field = section["answer_delay"] {
            hitl.answerDelay = try field.distribution(.duration)
        }
        try section.read("second_answers", into: &hitl.secondAnswers, Field.share)
        if let field = section["values"] { hitl.values = try field.hitlValues() }
        return hitl
    }

    private func hitlValues() throws(ProfileError) -> [String: String] {
        for (key, field) in try Section(free: self).pairs {
            guard let type = HITLDataType(rawValue: key) else { continue }
            // Not quoted: what a human would answer is nobody else's to read.
            if !type.accepts(try field.text()) {
                throw field.unquoted("is no \(type.rawValue): write it as JSON would")
            }
        }
        return try texts()
    }
}
