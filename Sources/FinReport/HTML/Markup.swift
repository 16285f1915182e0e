internal import Mustache

/// Text on its way into HTML, SVG or Markdown.
enum Markup: MustacheContentType {
    case hypertext

    /// `text` as character data or as an attribute's value, in HTML and in XML.
    ///
    /// By scalar, not by character: a quote followed by a combining mark is one `Character` that is
    /// no quote, and would end an attribute all the same. What XML cannot hold becomes U+FFFD.
    static func escape(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case _ where isForbidden(scalar): escaped.unicodeScalars.append("\u{FFFD}")
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// What XML 1.0 has no place for.
    private static func isForbidden(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: false
        case 0..<0x20, 0x7F..<0xA0, 0xFFFE, 0xFFFF: true
        default: false
        }
    }

    /// What the templates' double braces do.
    func escapeText(_ text: String) -> String { Markup.escape(text) }

    /// `text` in one line of Markdown, in a table or out of it, with no markup of its own.
    static func markdown(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\", "`", "*", "_", "[", "]", "|", "#", "~", "@": escaped += "\\"
            case "<":
                escaped += "&lt;"
                continue
            case "&":
                escaped += "&amp;"
                continue
            case _ where scalar.value < 0x20:
                escaped += " "
                continue
            default: break
            }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped
    }
}
