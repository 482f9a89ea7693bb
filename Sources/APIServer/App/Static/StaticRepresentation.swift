import Crypto
import Platform
import Wire

/// One file in one coding with its answers, made once and shared by all who ask.
struct StaticRepresentation: Sendable {
    let coding: ContentCoding
    /// Strong, and another for each coding: the digest of the bytes, in quotation marks.
    let tag: String
    let bytes: [UInt8]
    let type: ResponseField
    /// What every answer about it says.
    let common: [ResponseField]
    private let found: Response
    private let unchanged: Response

    init(
        _ bytes: [UInt8], _ coding: ContentCoding, type: StaticString, common: [ResponseField]
    ) {
        (self.bytes, self.coding) = (bytes, coding)
        tag = "\"" + SHA256.hash(bytes).hex + "\""
        self.type = ResponseField("content-type", .constant(type))
        self.common = [ResponseField("etag", tag)] + common
        found = Response(
            status: 200,
            fields: [self.type, ResponseField("accept-ranges", "bytes")]
                + [coding.field].compactMap(\.self) + self.common,
            body: .bytes(bytes))
        unchanged = Response(status: 304, fields: self.common)
    }

    /// The conditions in their order; those of time never hold, as no file tells its time.
    /// Source: RFC 9110, section 13.2.2.
    func respond(to request: Request) -> Response {
        let fields = request.fields
        if fields.count(of: "if-match") > 0, !matches("if-match", in: fields, weakly: false) {
            return Response(status: 412, fields: common)
        }
        if matches("if-none-match", in: fields, weakly: true) { return unchanged }
        // Any other method has no ranges. Source: RFC 9110, section 14.2.
        guard request.method == .get, fields.count(of: "range") == 1, isCurrent(fields),
            let asked = fields.bytes(of: "range")
        else { return found }
        let ranges = ByteRanges(
            asked, of: bytes.count, rangesMaximum: Limits.Static.rangesMaximum)
        return part(ranges) ?? found
    }

    /// Whether one of the field's tags is ours, or it is `*`. Source: RFC 9110, section 8.8.3.2.
    private func matches(_ name: StaticString, in fields: HeaderBlock, weakly: Bool) -> Bool {
        guard fields.count(of: name) > 0 else { return false }
        let name = name.description
        return fields.contains { field in
            guard field.nameText == name else { return false }
            return field.valueText.split(separator: ",").contains { candidate in
                var candidate = candidate.drop { $0 == " " || $0 == "\t" }
                while candidate.last == " " || candidate.last == "\t" { candidate.removeLast() }
                return candidate == "*" || candidate == tag || weakly && candidate == "W/" + tag
            }
        }
    }

    /// Whether a part may be joined to what the client has: the tag is exactly ours, or not given.
    /// Source: RFC 9110, section 13.1.5.
    private func isCurrent(_ fields: HeaderBlock) -> Bool {
        switch fields.count(of: "if-range") {
        case 0: true
        case 1: fields["if-range"] == tag
        default: false
        }
    }
}
