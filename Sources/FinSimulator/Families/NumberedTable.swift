/// Values by the numbers that they were given, in ascending order.
struct NumberedTable<Value> {
    // Invariant: `ids` ascends and holds the keys of `values`.
    private(set) var ids: [Int] = []
    private var values: [Int: Value] = [:]
    private var lastID = 0

    /// How many there are.
    var count: Int { ids.count }

    /// The value of that number, which only `add` gives; nil where there is none.
    subscript(id: Int) -> Value? {
        get { values[id] }
        set { if values[id] != nil, let newValue { values[id] = newValue } }
    }

    /// Adds a value under the next number.
    mutating func add(_ make: (Int) -> Value) -> Int {
        lastID += 1
        ids.append(lastID)
        values[lastID] = make(lastID)
        return lastID
    }

    /// Removes a value, and answers it; nil where there is none.
    mutating func remove(_ id: Int) -> Value? {
        guard let value = values.removeValue(forKey: id) else { return nil }
        ids.remove(ascending: id)
        return value
    }

    /// The number that a part of a path names; nil where nothing has it.
    func id(_ text: String) -> Int? {
        guard let id = Int(text), String(id) == text, values[id] != nil else { return nil }
        return id
    }
}
