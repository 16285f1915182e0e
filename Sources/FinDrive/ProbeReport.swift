/// One thing that a probe found, and how it knows.
public struct ProbeFinding: Sendable, Equatable {
    /// What is spoken of, one or two words: `framing`.
    public var subject: String
    /// What was found.
    public var words: String
    /// How that is known.
    public var basis: String

    init(_ subject: String, _ words: String, _ basis: String) {
        self.subject = subject
        self.words = words
        self.basis = basis
    }
}

/// What a probe came to.
public struct ProbeReport: Sendable {
    /// How the conversation ended, as far as the caller must care.
    public enum End: Sendable, Equatable {
        /// The target answered, and the conversation came to an end of its own.
        case reached
        /// The target could not be reached, refused, or broke off; why, and what to do.
        case refused(String)
        /// The stream lies on another machine, and the probe may not go there.
        case outside(String)
        /// Somebody wanted the probe to end.
        case interrupted
    }

    /// How the conversation ended.
    public var end: End
    /// What was found, in the order of a conversation.
    public var findings: [ProbeFinding]

    init(_ evidence: ProbeEvidence) {
        end = evidence.end
        findings = evidence.findings
    }

    /// The findings as lines of at most `width` columns: what, how it is known in brackets.
    public func text(width: Int) -> String {
        findings.map { finding in
            let subject = "  " + ProbeText.left(finding.subject, 13) + " "
            let words = finding.words + (finding.basis.isEmpty ? "" : " (\(finding.basis))")
            return subject + ProbeText.wrapped(words, width: width, indent: subject.count)
        }.joined(separator: "\n")
    }
}
