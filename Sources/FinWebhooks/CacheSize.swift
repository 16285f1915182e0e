private import Foundation

/// How large this machine's second-level cache is.
public enum CacheSize {
    /// Bytes of the first processor's second-level cache; nil where the kernel does not say.
    public static var secondLevel: Int? {
        let folder = "/sys/devices/system/cpu/cpu0/cache"
        for index in 0..<5 {
            let cache = "\(folder)/index\(index)"
            guard word("\(cache)/level") == "2", let size = word("\(cache)/size") else { continue }
            return bytes(size)
        }
        return nil
    }

    /// `1024K` is 1,048,576.
    static func bytes(_ text: String) -> Int? {
        if text.hasSuffix("K") { return Int(text.dropLast()).map { $0 << 10 } }
        if text.hasSuffix("M") { return Int(text.dropLast()).map { $0 << 20 } }
        return Int(text)
    }

    /// What bodies together must exceed so that they come from beyond that cache: four times its
    /// size, and 8 MiB at the least.
    public static var corpusBytes: Int { max(8 << 20, 4 * (secondLevel ?? 0)) }

    private static func word(_ path: String) -> String? {
        (try? String(contentsOfFile: path, encoding: .utf8))?
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
