import Loop
import Platform
import Wire

extension Shard {
    /// Has a request answered by its endpoint.
    /// - Returns: The answer; `nil` when the handler waits and `finish` brings it.
    func answer(_ request: Request, on connection: Connection) -> Response? {
        let id = nextID()
        // Over HTTP/2 a WebSocket is asked for by CONNECT, and found like any other.
        let method = request.protocolName == nil ? request.method : .get
        switch router.find(method, request.path) {
        case .endpoint(let place, let parameters):
            let client = connection.origin.client(request.fields, proxies: options.proxies)
            let call = Call(
                request: request, parameters: parameters, received: connection.received, id: id,
                address: client.address, service: connection.tls?.service)
            do {
                // By place: a copy of the endpoint would cost more than the check.
                if !router.endpoints[place].takesAnyBody { try checkBody(request) }
                return try handle(call, by: router.endpoints[place].handler, on: connection).map {
                    dress($0, id: id, isAPI: true)
                }
            } catch {
                return refuse(error, id)
            }
        case .otherMethods(let allow):
            return answer(otherMethod: request, allow: allow, id)
        case .badParameter(let name):
            let error = APIError(
                .badRequest, code: "bad_path", message: "\(name) in the path is malformed")
            return refuse(error, id)
        case .nothing: return answer(unknown: request, id)
        }
    }

    /// Answers what was refused before it became a request.
    func answer(to error: WireError) -> Response {
        let id = nextID()
        guard let status = APIError.Status(rawValue: error.status) else {
            counters.refused(error.code)
            return dress(error.response, id: id, isAPI: true)
        }
        return refuse(APIError(status, code: error.code, message: error.sentence), id)
    }

    private func nextID() -> UInt64 {
        requests &+= 1
        return requests
    }

    private func handle(
        _ call: Call, by handler: Endpoint.Handler, on connection: Connection
    ) throws(APIError) -> Response? {
        switch handler {
        case .open(let handler): return try handler(call)
        case .view(let permission, let handler):
            return try handler(call, try identify(call.request, on: connection, permission))
        case .openAct(let handler):
            try checkRoom(for: nil)
            begin(call, on: connection) { call throws(APIError) in try await handler(call) }
        case .act(let permission, let handler):
            let caller = try identify(call.request, on: connection, permission)
            try checkRoom(for: permission)
            begin(call, on: connection) { call throws(APIError) in try await handler(call, caller) }
        case .opens(let opening): return try open(opening, call, on: connection)
        }
        return nil
    }

    /// Starts a handler that may wait: the loop runs it as soon as its connection has been served.
    ///
    /// With this preference the handler goes on, after it has waited, by one job of the loop.
    /// Without it every wait would end with a detour over a thread of Swift's own pool.
    private func begin(
        _ call: Call, on connection: Connection,
        _ handler: @escaping @Sendable (Call) async throws(APIError) -> Response
    ) {
        waiting += 1
        connection.waiting += 1
        let token = connection.token
        _ = Task.immediate(executorPreference: executor) {
            let response: Response
            do throws(APIError) {
                response = self.dress(try await handler(call), id: call.id, isAPI: true)
            } catch {
                response = self.refuse(error, call.id)
            }
            self.finish(response, on: call.request.stream, of: token)
        }
    }

    /// A handler has answered; its connection may have gone meanwhile.
    private func finish(_ response: Response, on stream: Int32, of token: Token) {
        waiting -= 1
        guard let connection = connections[token] else { return }
        connection.waiting -= 1
        connection.answers.append(Connection.Answer(stream: stream, response: response))
        if connection.isDirty { return }
        connection.isDirty = true
        dirty.append(token)
    }

    /// What makes the desk safer is never refused for want of room.
    private func checkRoom(for permission: Permission?) throws(APIError) {
        if waiting < Limits.Server.waitingHandlersMaximum || permission?.isSafer == true { return }
        throw APIError(
            .unavailable, code: "busy", message: "Too many requests are waiting",
            headers: [("retry-after", "1")])
    }

    private func checkBody(_ request: Request) throws(APIError) {
        guard !request.body.isEmpty, request.method != .get, request.method != .head else { return }
        let type = request.fields.bytes(of: "content-type") ?? []
        let essence = type.prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: " ") }
        if essence.count == Self.json.count,
            zip(essence, Self.json).allSatisfy({ $0 == $1 || $0 | 0x20 == $1 })
        {
            return
        }
        throw APIError(
            .unsupportedType, code: "unsupported_media_type",
            message: "A body must be application/json",
            headers: [("accept", "application/json")])
    }

    private static let json = Array("application/json".utf8)

    private func answer(otherMethod request: Request, allow: String, _ id: UInt64) -> Response {
        if request.method == .options {
            let response = Response(status: 204, fields: [ResponseField("allow", allow)])
            return dress(response, id: id, isAPI: true)
        }
        let error = APIError(
            .methodNotAllowed, code: "method_not_allowed",
            message: "This path takes \(allow)", headers: [("allow", allow)])
        return refuse(error, id)
    }

    private func answer(unknown request: Request, _ id: UInt64) -> Response {
        if request.method == .get || request.method == .head, let found = options.fallback(request)
        {
            return dress(found, id: id, isAPI: false)
        }
        if request.method == .options && request.hasPath("*") {
            return answer(otherMethod: request, allow: "GET, HEAD, POST, PUT, DELETE, OPTIONS", id)
        }
        let error = APIError(.notFound, code: "not_found", message: "There is nothing at this path")
        return refuse(error, id)
    }

    /// The answer to a request that failed. The log hears of causes, the client does not.
    private func refuse(_ error: APIError, _ id: UInt64) -> Response {
        counters.refused(error.code)
        let text = Call.text(of: id)
        if error.cause != nil { options.report(text, error) }
        var response = Response.problem(error.status.rawValue, error.document(instance: text))
        for (name, value) in error.headers {
            response.fields.append(ResponseField(.text(name), .text(value)))
        }
        return dress(response, id: id, isAPI: true)
    }

    /// Adds what every answer carries.
    private func dress(_ response: Response, id: UInt64, isAPI: Bool) -> Response {
        var response = response
        response.mark = ResponseMark(
            id: id, isPrivate: isAPI && !response.hasCacheControl,
            demandsTLS: false)
        return response
    }
}

extension Response {
    /// Whether the handler itself said how long its answer may be kept.
    fileprivate var hasCacheControl: Bool {
        let name: StaticString = "cache-control"
        return fields.contains { field in
            switch field.name {
            case .constant(let other):
                other.utf8CodeUnitCount == name.utf8CodeUnitCount
                    && other.description == name.description
            case .text(let other): other == name.description
            }
        }
    }
}

extension Permission {
    /// Whether what it allows makes the desk safer. Source: the design, rule 4.
    var isSafer: Bool { self == .halt || self == .disarm || self == .flatten }
}
