internal import CFinShims
private import FinMeasure

extension TransferLoop {
    /// Posts a body to a URL of the target, with the settings' POST headers.
    ///
    /// The row must have no transfer. The body is sent once at the most: where libcurl would send it
    /// again (a reused connection died), the transfer ends as `connectionLost`.
    ///
    /// - Parameter header: one more line for this request alone, `Name: value` without a line end;
    ///   empty for none. A line as long as the row's last one costs no allocation.
    public func post(_ row: Int, url: String, body: [UInt8], header: [UInt8] = []) {
        guard let easy = unsafe prepare(row, .post, url) else { return }
        unsafe setBody(easy, row, body)
        unsafe setPostHeaders(easy, row, header)
        begin(row, shard: 0)
    }

    /// Sends a call of any method to a URL of the target, with the settings' POST headers.
    ///
    /// As `post`; a GET has no body, and a DELETE has one only where `body` is not empty.
    ///
    /// - Parameter ownHeaders: header lines in place of the settings'; empty for those.
    public func call(
        _ row: Int, method: CallMethod, url: String, body: [UInt8] = [], header: [UInt8] = [],
        ownHeaders: [String] = []
    ) {
        if method == .post && ownHeaders.isEmpty {
            return post(row, url: url, body: body, header: header)
        }
        guard let easy = unsafe prepare(row, .post, url) else { return }
        if method == .get || body.isEmpty {
            unsafe _ = fin_set_long(easy, CURLOPT_HTTPGET, 1)
        } else {
            unsafe setBody(easy, row, body)
        }
        unsafe transfers[row].isSentOnce = method != .get
        unsafe transfers[row].hasOwnMethod = true
        unsafe _ = method.rawValue.withCString {
            unsafe fin_set_pointer(easy, CURLOPT_CUSTOMREQUEST, $0)
        }
        if ownHeaders.isEmpty {
            unsafe setPostHeaders(easy, row, header)
        } else {
            let list = unsafe HeaderLists.make(ownHeaders)
            unsafe transfers[row].ownHeaders = unsafe list
            unsafe _ = fin_set_pointer(easy, CURLOPT_HTTPHEADER, list)
        }
        begin(row, shard: 0)
    }

    /// Gives libcurl the body, so that it leaves in one packet with the headers.
    ///
    /// From a read function it would leave in a second one: two calls of the kernel on each side.
    private func setBody(_ easy: UnsafeMutableRawPointer, _ row: Int, _ body: [UInt8]) {
        unsafe transfers[row].isSentOnce = true
        unsafe _ = fin_set_long(easy, CURLOPT_POST, 1)
        // Safe: libcurl copies `count` bytes before this returns.
        unsafe body.withUnsafeBytes { bytes in
            unsafe _ = fin_set_body(easy, bytes.baseAddress, bytes.count)
        }
    }

    private func setPostHeaders(
        _ easy: UnsafeMutableRawPointer, _ row: Int, _ header: [UInt8]
    ) {
        if header.isEmpty {
            unsafe _ = fin_set_pointer(easy, CURLOPT_HTTPHEADER, headers.post)
        } else {
            let list = unsafe transfers[row].line.list(header, before: headers.post)
            unsafe _ = fin_set_pointer(easy, CURLOPT_HTTPHEADER, list)
        }
    }

    /// Opens an event stream on a URL, used as it is, with the settings' stream headers.
    ///
    /// The row must have no transfer.
    /// - Parameter lastEventID: sent as `Last-Event-ID` when a broken stream is resumed.
    public func openStream(_ row: Int, url: String, lastEventID: String? = nil) {
        guard let easy = unsafe prepare(row, .stream, url) else { return }
        unsafe _ = fin_set_long(easy, CURLOPT_HTTPGET, 1)
        if let lastEventID {
            var list = unsafe HeaderLists.make(settings.streamHeaders)
            unsafe list = HeaderLists.append("Last-Event-ID: \(lastEventID)", to: list)
            unsafe transfers[row].ownHeaders = unsafe list
            unsafe _ = fin_set_pointer(easy, CURLOPT_HTTPHEADER, list)
        } else {
            unsafe _ = fin_set_pointer(easy, CURLOPT_HTTPHEADER, headers.stream)
        }
        begin(row, shard: 1 + row % (shardCount - 1))
    }

    /// The row's handle, made on first use, set to a kind and a URL.
    private func prepare(
        _ row: Int, _ kind: TransferKind, _ url: String
    ) -> UnsafeMutableRawPointer? {
        if unsafe transfers[row].easy == nil {
            unsafe transfers[row].easy = unsafe makeHandle(row)
        }
        guard let easy = unsafe transfers[row].easy else {
            preconditionFailure("libcurl has no memory for a handle")
        }
        unsafe transfers[row].kind = kind
        unsafe transfers[row].isSentOnce = false
        unsafe transfers[row].sentBefore = -1
        if unsafe transfers[row].hasOwnMethod {
            unsafe transfers[row].hasOwnMethod = false
            unsafe _ = fin_set_pointer(easy, CURLOPT_CUSTOMREQUEST, nil)
        }
        // libcurl copies the text.
        unsafe _ = url.withCString { unsafe fin_set_pointer(easy, CURLOPT_URL, $0) }
        return unsafe easy
    }

    private func makeHandle(_ row: Int) -> UnsafeMutableRawPointer? {
        guard let easy = unsafe curl_easy_init() else { return nil }
        let address = unsafe UnsafeMutableRawPointer(transfers + row)
        unsafe transfers[row].loop = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe setCallbacks(easy, address)
        unsafe setTransport(easy)
        unsafe setTrust(easy)
        return unsafe easy
    }

    private func setCallbacks(_ easy: UnsafeMutableRawPointer, _ row: UnsafeMutableRawPointer) {
        unsafe _ = fin_set_pointer(easy, CURLOPT_PRIVATE, row)
        unsafe _ = fin_set_data_function(easy, CURLOPT_WRITEFUNCTION, bytesArrived)
        unsafe _ = fin_set_pointer(easy, CURLOPT_WRITEDATA, row)
        unsafe _ = fin_set_data_function(easy, CURLOPT_HEADERFUNCTION, headerArrived)
        unsafe _ = fin_set_pointer(easy, CURLOPT_HEADERDATA, row)
        unsafe _ = fin_set_request_function(easy, requestBegins)
        unsafe _ = fin_set_pointer(easy, CURLOPT_PREREQDATA, row)
        // Not the row: a connection outlives the transfer that dialled it.
        let own = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe _ = fin_set_open_function(easy, socketOpened)
        unsafe _ = fin_set_pointer(easy, CURLOPT_SOCKOPTDATA, own)
        unsafe _ = fin_set_close_function(easy, socketCloses)
        unsafe _ = fin_set_pointer(easy, CURLOPT_CLOSESOCKETDATA, own)
        unsafe _ = fin_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    }

    private func setTransport(_ easy: UnsafeMutableRawPointer) {
        unsafe _ = fin_set_long(easy, CURLOPT_NOSIGNAL, 1)
        // A look-up that is given up is left to its own thread: joining that would stop all others.
        unsafe _ = fin_set_long(easy, CURLOPT_QUICK_EXIT, 1)
        unsafe _ = fin_set_long(easy, CURLOPT_BUFFERSIZE, settings.readSize)
        let isShared = settings.streamsPerConnection != nil
        let version = Int(isShared ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        unsafe _ = fin_set_long(easy, CURLOPT_HTTP_VERSION, version)
        // Without it, requests that begin together would each dial: none would find one to share.
        unsafe _ = fin_set_long(easy, CURLOPT_PIPEWAIT, isShared ? 1 : 0)
        unsafe _ = fin_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        unsafe _ = fin_set_long(easy, CURLOPT_PATH_AS_IS, 1)
        unsafe _ = "http,https".withCString {
            unsafe fin_set_pointer(easy, CURLOPT_PROTOCOLS_STR, $0)
        }
        if settings.dialsNames {
            let milliseconds = max(1, Int(settings.connectTimeout.milliseconds.rounded(.up)))
            unsafe _ = fin_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, milliseconds)
        }
        // Names are looked up once a run.
        unsafe _ = fin_set_long(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1)
        if let share = unsafe share { unsafe _ = fin_set_pointer(easy, CURLOPT_SHARE, share) }
        if let resolve = unsafe headers.resolve {
            unsafe _ = fin_set_pointer(easy, CURLOPT_RESOLVE, resolve)
        }
        unsafe setProxy(easy)
    }

    private func setProxy(_ easy: UnsafeMutableRawPointer) {
        // An empty proxy keeps the environment's proxy variables out of the measurement.
        unsafe _ = (settings.proxy ?? "").withCString {
            unsafe fin_set_pointer(easy, CURLOPT_PROXY, $0)
        }
        // A named proxy is used for every host, whatever the environment excepts.
        if settings.proxy != nil {
            unsafe _ = "".withCString { unsafe fin_set_pointer(easy, CURLOPT_NOPROXY, $0) }
        } else {
            // Each handle and each connection would hold a copy of the authorities' paths.
            unsafe _ = fin_set_pointer(easy, CURLOPT_PROXY_CAINFO, nil)
            unsafe _ = fin_set_pointer(easy, CURLOPT_PROXY_CAPATH, nil)
        }
    }

    /// Certificates and names are always verified; only the authorities can be chosen.
    private func setTrust(_ easy: UnsafeMutableRawPointer) {
        unsafe _ = fin_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        unsafe _ = fin_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        if let caFile = settings.caFile {
            unsafe _ = caFile.withCString { unsafe fin_set_pointer(easy, CURLOPT_CAINFO, $0) }
        }
        // The named authorities alone, not those of the system's folder beside them; and the system's
        // file without the folder, which holds the same: what came from a file alone libcurl keeps
        // for a shard's next connections, with a folder it reads everything anew for each one.
        if settings.caFile != nil || fin_has_authority_file() != 0 {
            unsafe _ = fin_set_pointer(easy, CURLOPT_CAPATH, nil)
        }
    }
}
