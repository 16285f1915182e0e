/// Values by name, so many and with so many bytes of names at the most: the eldest make room.
///
/// Values are small and of one size; names are the caller's, and are what can grow.
struct BoundedTable<Value> {
    private let limit: Int
    private let byteLimit: Int
    private var values: [String: Value] = [:]
    // Invariant: from `eldest` on the keys of `values` in the order in which they came, and
    // `byteCount` is their length together.
    private var names: [String] = []
    private var eldest = 0
    private(set) var byteCount = 0

    /// - Parameters:
    ///   - limit: values, at the most.
    ///   - byteLimit: bytes of their names, at the most; one longer name is kept alone.
    init(limit: Int, byteLimit: Int) {
        self.limit = limit
        self.byteLimit = byteLimit
    }

    subscript(name: String) -> Value? { values[name] }

    /// Keeps a value, in the place of the one of that name.
    mutating func keep(_ value: Value, as name: String) {
        if values.updateValue(value, forKey: name) != nil { return }
        names.append(name)
        byteCount += name.utf8.count
        while names.count - eldest > limit || byteCount > byteLimit, eldest < names.count - 1 {
            forgetEldest()
        }
    }

    private mutating func forgetEldest() {
        values[names[eldest]] = nil
        byteCount -= names[eldest].utf8.count
        names[eldest] = ""
        eldest += 1
        // Now and then, so that it costs nothing much in the mean.
        if eldest > limit {
            names.removeFirst(eldest)
            eldest = 0
        }
    }
}
