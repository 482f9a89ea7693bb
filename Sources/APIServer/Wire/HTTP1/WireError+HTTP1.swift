/// Every reason for which a request is refused, in either version of HTTP.
extension WireError {
    static let requestLineMalformed = WireError(
        400, "request_line_malformed", "The request line is not method, target and version.")
    static let requestLineTooLong = WireError(
        414, "request_line_too_long", "The request line is longer than this server reads.")
    static let methodUnknown = WireError(
        501, "method_unknown", "This server does not know the method.")
    static let targetInvalid = WireError(
        400, "target_invalid", "The request target is neither a path nor an http address.")
    static let versionUnknown = WireError(
        505, "version_unknown", "This server speaks HTTP/1.1, HTTP/1.0 and HTTP/2.")
    static let bareLineFeed = WireError(
        400, "bare_line_feed", "A line ends without a carriage return.")
    static let foldedField = WireError(
        400, "folded_field", "A field line begins with a blank.")
    static let fieldNameInvalid = WireError(
        400, "field_name_invalid", "A field line is not a token, a colon and a value.")
    static let fieldValueInvalid = WireError(
        400, "field_value_invalid", "A field value holds a control character.")
    static let fieldSectionTooLong = WireError(
        431, "field_section_too_long", "The fields are more or longer than this server reads.")
    static let hostMissing = WireError(
        400, "host_missing", "An HTTP/1.1 request has exactly one Host field.")
    static let hostInvalid = WireError(
        400, "host_invalid", "The Host field is not a host and a port.")
    static let framingAmbiguous = WireError(
        400, "framing_ambiguous", "The end of the body is not stated in exactly one way.")
    static let lengthInvalid = WireError(
        400, "length_invalid", "The Content-Length is not a number.")
    static let transferCodingUnknown = WireError(
        501, "transfer_coding_unknown", "The only transfer coding here is chunked.")
    static let chunkInvalid = WireError(
        400, "chunk_invalid", "A chunk's size, extension or end is malformed.")
    static let requestTimeout = WireError(
        408, "request_timeout", "The request took too long to arrive.")
    static let requestsTooLong = WireError(
        413, "requests_too_long",
        "The unfinished requests of this connection are together longer than this server reads.")
    static let bodyTooLong = WireError(
        413, "body_too_long", "The body is longer than this server reads.")
}
