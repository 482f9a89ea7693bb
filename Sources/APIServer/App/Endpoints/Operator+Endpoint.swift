import Domain
import Engine
import Platform
import Wire

extension Services {
    private static let answers: [(status: Int, meaning: String)] = [
        (200, "What became of it; the record is durable"), (400, "Something is wrong"),
        (401, "No token, or one that does not hold"), (403, "The person's roles do not allow it"),
        (415, "The body is not JSON"),
    ]

    var halt: Endpoint {
        Endpoint(
            .post, "/api/v1/operator/halt", operationID: "halt", summary: "Stops the desk",
            answers: Self.answers + [(503, "The gate is closed, but the halt is not on record")],
            handler: .act(.halt) { call, person async throws(APIError) -> Response in
                let body = try Body(call.request, members: ["reason"])
                var command = try command(.halt, call, person, body)
                // Before anything that can wait: from here on no order leaves.
                let raised = desk.raiseHalt(reason: command.reason)
                let now = Machine.bootMicroseconds
                command.gateClosed = raised.closed
                command.gateClosedMicroseconds = max(0, now - call.received)
                command.sentBefore = raised.handedOver
                switch await receipt(command) {
                case .success(let receipt):
                    return .halted(receipt, closedAtBoot: raised.closed ? now : nil)
                case .failure(let why): throw .notRecorded(raised.epoch, raised.closed, why)
                }
            })
    }

    var resume: Endpoint {
        Endpoint(
            .post, "/api/v1/operator/resume", operationID: "resume",
            summary: "Leaves HALTED for DEFENSIVE",
            answers: Self.answers + [(409, "The desk is not in a state for it"), (503, "Not now")],
            handler: .act(.resume) { call, person async throws(APIError) -> Response in
                let inForce = desk.haltEpoch
                let body = try Body(call.request, members: ["halt_epoch", "reason"])
                var command = try command(.resume, call, person, body)
                command.clearsEpoch = try body.count("halt_epoch") ?? inForce
                return try answer(await receipt(command))
            })
    }

    var flatten: Endpoint {
        Endpoint(
            .post, "/api/v1/operator/flatten", operationID: "flatten",
            summary: "Cancels every order and closes every position",
            answers: Self.answers + [(409, "The desk is not in a state for it"), (503, "Not now")],
            handler: .act(.flatten) { call, person async throws(APIError) -> Response in
                let body = try Body(call.request, members: ["reason"])
                let command = try command(.flatten, call, person, body)
                let breaker = try view().view.breaker
                // A halt that is raised counts before it is on record.
                let isHalted = breaker.state == .halted || desk.haltEpoch > breaker.haltEpoch
                guard isHalted || person.roles.contains(.riskOwner) else {
                    throw APIError(
                        .conflict, code: "not_halted",
                        message: "An operator may flatten only while the desk is HALTED; a risk "
                            + "owner always")
                }
                return try answer(await receipt(command))
            })
    }
}

extension Response {
    /// The receipt, and beside it when this request had seen the gate closed.
    ///
    /// - Parameter closedAtBoot: Microseconds of `CLOCK_BOOTTIME`, which nobody sets back; `nil`
    ///   when the gate was not seen closed.
    fileprivate static func halted(_ receipt: Receipt, closedAtBoot: Int64?) -> Response {
        var response = Response.json(200, JSONCoder.encode(receipt))
        if let closedAtBoot {
            response.fields.append(ResponseField("gate-closed-boot-us", "\(closedAtBoot)"))
        }
        return response
    }
}

extension APIError {
    /// The gate is closed and stays so; only the record is missing.
    fileprivate static func notRecorded(
        _ epoch: UInt64, _ closed: Bool, _ why: Services.NoReceipt
    ) -> APIError {
        let (code, cause) =
            switch why {
            case .engine(let error): (error.code, error.description)
            case .late: ("not_recorded", "no record within 5 s")
            }
        return APIError(
            .unavailable, code: code,
            message:
                "The desk is halted and no order leaves, but the halt is not on record: \(cause)",
            headers: [("retry-after", "1")],
            members: [
                ("gate_closed", Array("\(closed)".utf8)), ("halt_epoch", Array("\(epoch)".utf8)),
            ])
    }
}
