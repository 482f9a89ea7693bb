import Domain
import Platform
import Wire

/// What a server that stands alone offers to public test suites. `docs/conformance.md` lists it.
enum ConformanceEndpoints {
    static func all(_ hub: LiveHub) -> [Endpoint] {
        let sockets = [
            endpoint(.get, "/ws/echo", .opens(Opening(.webSocket, .echo, permission: nil))),
            endpoint(.get, "/ws/hub", .opens(Opening(.webSocket, .hub, permission: nil))),
            endpoint(.get, "/sse", .opens(Opening(.events, .live, permission: nil))),
        ]
        return sockets + [json, bytes] + [.post, .put].map(upload) + [publish(hub), root]
    }

    /// 300 bytes of JSON, the same each time.
    static let body: [UInt8] = {
        let start = Array(#"{"message":"a fixed body of three hundred bytes","filler":""#.utf8)
        let end = Array(#""}"#.utf8)
        return start + [UInt8](repeating: UInt8(ascii: "x"), count: 300 - start.count - end.count)
            + end
    }()

    private static let fixed = Response.json(200, body)

    private static var json: Endpoint {
        endpoint(.get, "/json", .open { _ throws(APIError) -> Response in fixed })
    }

    private static var root: Endpoint {
        endpoint(
            .get, "/",
            .open { _ throws(APIError) -> Response in .text(200, "Titan's transport\n") })
    }

    private static var bytes: Endpoint {
        endpoint(
            .get, "/bytes/{count}",
            .open { call throws(APIError) -> Response in
                guard let count = Int(call["count"]),
                    (0...Limits.Conformance.bytesMaximum).contains(count)
                else {
                    throw .bad("count", "a number from 0 to \(Limits.Conformance.bytesMaximum)")
                }
                let bytes = [UInt8](repeating: UInt8(ascii: "t"), count: count)
                let type = ResponseField("content-type", "application/octet-stream")
                return Response(status: 200, fields: [type], body: .bytes(bytes))
            })
    }

    private static func upload(_ method: Method) -> Endpoint {
        endpoint(
            method, "/upload",
            .open { call throws(APIError) -> Response in
                .text(200, "\(call.request.bodyCount)")
            })
    }

    private static func publish(_ hub: LiveHub) -> Endpoint {
        endpoint(
            .post, "/publish",
            .open { call throws(APIError) -> Response in
                let body = call.request.body
                hub.broadcast(body, isText: String(validating: body, as: UTF8.self) != nil)
                return Response(status: 204)
            })
    }

    private static func endpoint(
        _ method: Method, _ path: String, _ handler: Endpoint.Handler
    ) -> Endpoint {
        var endpoint = Endpoint(
            method, path, operationID: path, summary: path, answers: [], handler: handler)
        endpoint.takesAnyBody = true
        return endpoint
    }
}
