public import FinMeasure

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The seed of this test run: `FINBENCH_SEED` of the environment, else a new one each time.
///
/// Put `TestSeed.note` into the comment of every expectation on random input: a failure then prints
/// what to set to see it again.
public enum TestSeed {
    /// The seed.
    public static let value: UInt64 = {
        if let text = unsafe getenv("FINBENCH_SEED"),
            let seed = unsafe UInt64(String(cString: text))
        {
            return seed
        }
        return UInt64.random(in: 1...999_999_999)
    }()

    /// How to repeat this run.
    public static var note: String { "repeat with FINBENCH_SEED=\(value)" }

    /// The draws of one case; independent of all other cases.
    public static func generator(_ index: Int, _ subindex: Int = 0) -> SeededGenerator {
        SeededGenerator(
            seed: value, stream: .test, index: UInt64(index), subindex: UInt64(subindex))
    }
}
