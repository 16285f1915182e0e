// Hot: once per read.
internal import CFinShims
internal import FinMeasure
private import Glibc

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

/// A request is about to be written; again, where a reused connection has died under it.
///
/// What may change something is not sent again once anything of it was sent: what its reader did with
/// it is not known. libcurl counts a proxy's CONNECT as well, so the first count is where it begins.
let requestBegins: fin_request_function = { context, _, _, _, _ in
    guard let context = unsafe context else { return CURL_PREREQFUNC_OK }
    let transfer = unsafe context.assumingMemoryBound(to: Transfer.self)
    unsafe transfer.pointee.connectDeadline = .never
    var sent = 0
    unsafe _ = fin_get_long(transfer.pointee.easy, CURLINFO_REQUEST_SIZE, &sent)
    guard unsafe transfer.pointee.isSentOnce else { return CURL_PREREQFUNC_OK }
    if unsafe transfer.pointee.sentBefore < 0 { unsafe transfer.pointee.sentBefore = sent }
    guard unsafe sent > transfer.pointee.sentBefore else { return CURL_PREREQFUNC_OK }
    unsafe transfer.pointee.isResendRefused = true
    return CURL_PREREQFUNC_ABORT
}

/// A new socket of libcurl's; the context is the loop.
let socketOpened: fin_open_function = { context, fd, _ in
    fin_stamp_socket(fd)
    guard let context = unsafe context else { return CURL_SOCKOPT_OK }
    unsafe Unmanaged<TransferLoop>.fromOpaque(context)._withUnsafeGuaranteedRef {
        $0.sockets.open(fd)
    }
    return CURL_SOCKOPT_OK
}

/// A connection's socket is to be closed; it may have outlived the row that dialled it.
let socketCloses: fin_close_function = { context, fd in
    if let context = unsafe context {
        // Safe: the loop ends its shards, and with them their connections, before itself.
        unsafe Unmanaged<TransferLoop>.fromOpaque(context)._withUnsafeGuaranteedRef {
            $0.sockets.forget(fd)
        }
    }
    return close(fd)
}
