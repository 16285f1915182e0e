#if FUZZING
    import Glibc

    /// Which target this process fuzzes: `FINBENCH_FUZZ` of the environment.
    private let target: FuzzTarget = {
        let name = unsafe getenv("FINBENCH_FUZZ").map { unsafe String(cString: $0) } ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            preconditionFailure("FINBENCH_FUZZ \"\(name)\" must be parser, scan or header")
        }
        return target
    }()

    /// libFuzzer's entry.
    @_cdecl("LLVMFuzzerTestOneInput")
    public func fuzzOneInput(_ base: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
        // Safe: libFuzzer keeps `count` bytes readable during the call.
        let input = unsafe [UInt8](UnsafeBufferPointer(start: base, count: count))
        target.take(input)
        return 0
    }
#endif
