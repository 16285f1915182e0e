import FinTestSupport
import Glibc

/// What one input of a fuzzer is held against; a difference ends the process with its words.
enum FuzzTarget: String, CaseIterable {
    /// An event stream; the first eight bytes choose where it is cut.
    case parser
    /// A document.
    case scan
    /// A signature header, its key and its body.
    case header

    /// Takes one input.
    func take(_ input: [UInt8]) {
        switch self {
        case .parser: parser(input)
        case .scan: scan(input)
        case .header: header(input)
        }
    }

    private func parser(_ input: [UInt8]) {
        let seed = input.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        if !StreamCase.isReadAlike(Array(input.dropFirst(8)), seed: seed) {
            end("the parser and the naive parser read this stream differently")
        }
    }

    private func scan(_ input: [UInt8]) {
        if let failure = DocumentCase.failure(of: input) { end(failure) }
    }

    /// Shape: a byte of choice, the key's length, the key, the body, 71 bytes of header.
    ///
    /// Nobody guesses a code: an odd choice signs the body and puts one header byte over the code at
    /// the place the choice names, so that true and nearly true headers occur.
    private func header(_ input: [UInt8]) {
        guard input.count >= 2 else { return }
        let rest = input.dropFirst(2)
        let key = Array(rest.prefix(Int(input[1])))
        let headerCount = min(71, rest.count - key.count)
        var header = Array(rest.suffix(headerCount))
        let body = Array(rest.dropFirst(key.count).dropLast(headerCount))
        if input[0] & 1 == 1 {
            let wanted = header.first
            header = NaiveHMAC.header(key: key, body: body)
            let place = Int(input[0] >> 1) % header.count
            if let wanted { header[place] = wanted }
        }
        if let failure = HeaderCase.failure(key: key, header: header, body: body) {
            end(failure)
        }
    }

    /// Says what differs, then crashes, which is how a fuzzer is told.
    private func end(_ words: String) -> Never {
        print("\(rawValue): \(words)")
        // A crash loses what is still in the buffer, and an optimised build's precondition is mute.
        _ = fflush(nil)
        preconditionFailure(words)
    }
}
