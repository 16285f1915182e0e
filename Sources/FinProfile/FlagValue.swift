public import FinMeasure

/// Values of flags that are written as a profile writes them.
public enum FlagValue {
    /// The rest of a sentence that begins with the flag and its value.
    public struct Refusal: Error {
        /// What is wrong and what to write instead.
        public var words: String
    }

    /// Reads a span such as `5s` or `300ms`.
    ///
    /// - Throws: what is wrong with it.
    public static func duration(_ text: String) throws(Refusal) -> Nanoseconds {
        do throws(Unit.Refusal) {
            return Nanoseconds(Int64(try Unit.duration.parse(text).rounded()))
        } catch { throw Refusal(words: error.words) }
    }

    /// Reads a rate such as `100/s`, in ones per second.
    ///
    /// - Throws: what is wrong with it.
    public static func rate(_ text: String) throws(Refusal) -> Double {
        do throws(Unit.Refusal) { return try Unit.rate.parse(text) } catch {
            throw Refusal(words: error.words)
        }
    }
}
