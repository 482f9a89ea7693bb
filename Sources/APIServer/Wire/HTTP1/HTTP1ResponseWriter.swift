/// Writes one response as HTTP/1.1. Source: RFC 9112, sections 4 and 6.
struct HTTP1ResponseWriter {
    let date: HTTPDate
    /// Whether the connection ends with this response.
    let closes: Bool
    /// Whether HEAD was asked: the body's length is told, and the body is not sent.
    let isHead: Bool
    /// Whether a body of unknown length comes in chunks; HTTP/1.0 reads to the end instead.
    let isChunked: Bool

    func append(_ response: Response, to output: inout [UInt8]) {
        let body = response.body.bytes
        output.reserveCapacity(output.count + 256 + (isHead ? 0 : body.count))
        Self.append(statusLine: response.status, to: &output)
        for field in response.fields {
            Self.append(field.name, to: &output)
            output.append(": ")
            Self.append(field.value, to: &output)
            output.append("\r\n")
        }
        response.mark?.append(to: &output)
        output.append("date: ")
        output.append(contentsOf: date.bytes)
        if closes { output.append("\r\nconnection: close") }
        guard response.allowsBody else {
            output.append("\r\n\r\n")
            return
        }
        if response.body.isStream {
            if isChunked { output.append("\r\ntransfer-encoding: chunked") }
            return output.append("\r\n\r\n")
        }
        output.append("\r\ncontent-length: ")
        output.append(decimal: body.count)
        output.append("\r\n\r\n")
        if !isHead { output.append(contentsOf: body) }
    }

    private static func append(_ text: FieldText, to output: inout [UInt8]) {
        switch text {
        case .constant(let text): output.append(text)
        case .text(let text): output.append(contentsOf: text.utf8)
        }
    }

    private static func append(statusLine status: Int, to output: inout [UInt8]) {
        if status == 200 { return output.append("HTTP/1.1 200 OK\r\n") }
        output.append("HTTP/1.1 ")
        output.append(decimal: status)
        output.append(" ")
        output.append(reason(of: status))
        output.append("\r\n")
    }

    /// Source: RFC 9110, section 15; RFC 6585.
    private static func reason(of status: Int) -> StaticString {
        switch status {
        case 101: "Switching Protocols"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }
}
