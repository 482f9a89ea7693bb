public import Wire

/// One operation of the API: what the document says about it beside what it does.
public struct Endpoint: Sendable {
    public let method: Method
    /// As in the document: `/api/v1/decisions/{id}`.
    public let path: String
    /// The document's `operationId`.
    public let operationID: String
    public let summary: String
    /// Every status it can answer with, and what that means. The document lists exactly these.
    public let answers: [(status: Int, meaning: String)]
    public let handler: Handler
    /// Whether a body may be anything; else it has to be JSON.
    public var takesAnyBody = false

    public init(
        _ method: Method, _ path: String, operationID: String, summary: String,
        answers: [(status: Int, meaning: String)], handler: Handler
    ) {
        (self.method, self.path, self.operationID) = (method, path, operationID)
        (self.summary, self.answers, self.handler) = (summary, answers, handler)
    }

    /// Who may call, and whether the answer may take its time. A handler that needs an operator
    /// takes one: forgetting to ask for it does not compile.
    public enum Handler: Sendable {
        /// Anyone; synchronous, reads published snapshots.
        case open(@Sendable (Call) throws(APIError) -> Response)
        /// Anyone; may wait (login).
        case openAct(@Sendable (Call) async throws(APIError) -> Response)
        /// A signed-in operator with the permission; synchronous.
        case view(Permission, @Sendable (Call, Operator) throws(APIError) -> Response)
        /// … and may wait for engine, journal or bus.
        case act(Permission, @Sendable (Call, Operator) async throws(APIError) -> Response)
        /// A WebSocket, or server-sent events. A browser cannot set headers on one, so the token
        /// may come as `Sec-WebSocket-Protocol: titan.v1, bearer.<jwt>` or `?access_token=<jwt>`.
        case opens(Opening)
    }
}
