/// The names of environment variables that hold secrets: `FIN_API_KEY`.
///
/// Capitals, digits and underscores only. A key that was pasted in the place of its variable's name
/// almost never looks so; it is then refused before any output could show it.
public enum EnvironmentName {
    /// The pattern for editors.
    static let pattern = "^[A-Z_][A-Z0-9_]*$"

    /// Why a text is refused, without showing it; the rest of a sentence that names the place.
    public static let refusal =
        "is not the name of an environment variable (A to Z, 0 to 9 and _): write the name, such "
        + "as \"FIN_API_KEY\", never the secret itself"

    /// Whether a text can be such a name.
    public static func accepts(_ text: String) -> Bool {
        let marks = text.utf8.allSatisfy {
            (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F
        }
        return marks && text.first?.isNumber == false
    }
}
