/// What Fin says: one fixed text, read in a circle from a drawn word onwards.
///
/// A part of an answer is a start and a length, so ten thousand answers in flight hold no text.
/// The text has quotes, a line break and characters of two and three bytes: a parser is to meet them.
struct AnswerText: Sendable {
    /// The text itself, UTF-8.
    let plain: [UInt8]
    /// The same, escaped for JSON.
    let escaped: [UInt8]
    /// Where each byte of `plain` begins in `escaped`; one more entry for the end.
    let escapedOffsets: [Int]
    /// The places where a word begins.
    let wordStarts: [Int]

    init(_ text: String = AnswerText.builtIn) {
        plain = Array(text.utf8)
        var escaped: [UInt8] = []
        var offsets: [Int] = []
        for byte in plain {
            offsets.append(escaped.count)
            JSONText.append(byte, to: &escaped)
        }
        offsets.append(escaped.count)
        self.escaped = escaped
        escapedOffsets = offsets
        let bytes = plain
        wordStarts = bytes.indices.filter { index in
            bytes[index] != 32 && (index == 0 || bytes[index - 1] == 32)
        }
    }

    /// The longest length, at most `length`, that does not cut a character in two.
    func wholeLength(from start: Int, atMost length: Int) -> Int {
        var length = length
        while length > 0, plain[(start + length) % plain.count] & 0xC0 == 0x80 { length -= 1 }
        return length
    }

    /// Visits the escaped bytes of `length` plain bytes from `start`, circling.
    func visitEscaped(from start: Int, length: Int, _ visit: (ArraySlice<UInt8>) -> Void) {
        var position = start
        var rest = length
        while rest > 0 {
            let count = min(rest, plain.count - position)
            visit(escaped[escapedOffsets[position]..<escapedOffsets[position + count]])
            position = 0
            rest -= count
        }
    }

    // No `<`, `>` or `&`: the same bytes stand in the HTML of `fin_replied`.
    private static let builtIn = """
        You can change your plan at any time: open Settings, choose "Billing", and pick the plan \
        that fits. The new price applies from the next invoice on, and what you have paid already \
        is credited. Refunds take five working days – some banks need ten. If nothing has arrived \
        by then, send us the number on your receipt and we will trace it. A seat costs 29 € a \
        month; seats that are not used can be given back.
        To reset a password, follow the link "Forgot password?" on the sign-in page; the e-mail \
        comes from no-reply@example.test and is valid for one hour. Did it not arrive? Look into \
        the folder for unwanted mail, then ask your administrator whether our domain is allowed. \
        Invoices are kept for ten years under Settings – Billing – History, one PDF for each \
        month. Our café partners in Zürich and São Paulo accept the same card. Deliveries leave \
        the warehouse at 18:00; you will get a message with a tracking number "as soon as" the \
        parcel is on its way. Returns are free within thirty days, in any state of unpacking. \

        """
}
