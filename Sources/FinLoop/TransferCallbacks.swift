// Hot: once per read.
internal import CFinShims

// libcurl's callbacks. Each gets a row's address, finds the loop and hands over; libcurl keeps the
// bytes readable until the callback returns.

private func withLoop<Result>(
    _ context: UnsafeMutableRawPointer,
    _ body: (TransferLoop, UnsafeMutablePointer<Transfer>) -> Result
) -> Result? {
    // Safe: the row's address, handed to libcurl by `TransferLoop.prepare`.
    let transfer = unsafe context.assumingMemoryBound(to: Transfer.self)
    guard let owner = unsafe transfer.pointee.loop else { return nil }
    return unsafe Unmanaged<TransferLoop>.fromOpaque(owner)._withUnsafeGuaranteedRef {
        unsafe body($0, transfer)
    }
}

/// Body bytes; answering less than was offered makes libcurl end the transfer.
let bytesArrived: fin_data_function = { base, size, count, context in
    guard let base = unsafe base, let context = unsafe context else { return 0 }
    let byteCount = size * count
    // Safe: libcurl keeps `byteCount` bytes readable until this callback returns.
    let bytes = unsafe Span<UInt8>(
        _unsafeBytes: UnsafeRawBufferPointer(start: base, count: byteCount))
    let goesOn = unsafe withLoop(context) { unsafe $0.received(bytes, for: $1) }
    return goesOn == true ? byteCount : 0
}

/// One header line, with its line end.
let headerArrived: fin_data_function = { base, size, count, context in
    guard let base = unsafe base, let context = unsafe context else { return 0 }
    let byteCount = size * count
    // Safe: as above.
    let line = unsafe Span<UInt8>(
        _unsafeBytes: UnsafeRawBufferPointer(start: base, count: byteCount))
    unsafe _ = withLoop(context) { unsafe $0.receivedHeader(line, for: $1) }
    return byteCount
}

/// libcurl takes the POST's body.
let bodyWanted: fin_data_function = { base, size, count, context in
    guard let base = unsafe base, let context = unsafe context else { return 0 }
    let transfer = unsafe context.assumingMemoryBound(to: Transfer.self)
    let offset = unsafe transfer.pointee.bodyOffset
    let byteCount = unsafe min(size * count, transfer.pointee.body.count - offset)
    // Safe: libcurl offers `size * count` writable bytes; at most that many are written.
    unsafe transfer.pointee.body.withUnsafeBytes { body in
        guard let source = body.baseAddress else { return }
        unsafe UnsafeMutableRawPointer(base).copyMemory(
            from: source + offset, byteCount: byteCount)
    }
    unsafe transfer.pointee.bodyOffset += byteCount
    return byteCount
}

/// libcurl wants to send the body again: never.
///
/// It ends the transfer with error 65 instead.
let bodyRewound: fin_seek_function = { _, _, _ in Int32(CURL_SEEKFUNC_FAIL) }
