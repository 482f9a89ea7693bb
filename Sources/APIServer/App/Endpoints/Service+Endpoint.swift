import Domain
import Engine
import Wire

extension Services {
    var stream: Endpoint {
        Endpoint(
            .get, "/ws/v1/stream", operationID: "stream",
            summary: "Upgrades to a WebSocket that follows topics",
            answers: [
                (101, "The connection is a WebSocket now"), (400, "Something is wrong"),
                (401, "No token, or one that does not hold"),
                (403, "The person's roles do not allow it"),
                (426, "The request does not ask for a WebSocket of version 13"),
            ],
            handler: .opens(Opening(.webSocket, .live, permission: .view)))
    }

    var events: Endpoint {
        Endpoint(
            .get, "/api/v1/events", operationID: "followEvents",
            summary: "Follows topics as server-sent events",
            answers: [
                (200, "Events, for as long as the token holds"), (400, "Something is wrong"),
                (401, "No token, or one that does not hold"),
                (403, "The person's roles do not allow it"),
            ],
            handler: .opens(Opening(.events, .live, permission: .view)))
    }

    var metricsPage: Endpoint {
        Endpoint(
            .get, "/metrics", operationID: "getMetrics",
            summary: "Shows the figures that Prometheus scrapes",
            answers: [
                (200, "Text in the exposition format 0.0.4"),
                (403, "Services prove who they are by a certificate, and there is none"),
            ],
            handler: .open { call throws(APIError) -> Response in
                if asksServices && call.service == nil {
                    throw APIError(
                        .forbidden, code: "certificate_missing",
                        message: "This needs a client certificate")
                }
                var response = Response.text(200, metrics())
                response.fields = [
                    ResponseField("content-type", "text/plain; version=0.0.4; charset=utf-8")
                ]
                return response
            })
    }

    var live: Endpoint {
        Endpoint(
            .get, "/health/live", operationID: "isLive", summary: "Tells that the process answers",
            answers: [(200, "It does")],
            handler: .open { _ throws(APIError) -> Response in
                .json(200, Array(#"{"live":true}"#.utf8))
            })
    }

    var ready: Endpoint {
        Endpoint(
            .get, "/health/ready", operationID: "isReady",
            summary: "Tells whether the desk is recovered and reconciled",
            answers: [(200, "It is"), (503, "Not yet, and why")],
            handler: .open { _ throws(APIError) -> Response in
                let reasons = feed.latest?.view.unreadiness ?? Self.unrecovered
                return .json(reasons.isEmpty ? 200 : 503, JSONWriter.ready(reasons))
            })
    }

    var mayOpen: Endpoint {
        Endpoint(
            .get, "/health/trade", operationID: "mayOpen",
            summary: "Tells whether the desk may take new risk now",
            answers: [(200, "It may"), (503, "It may not, and why")],
            handler: .open { _ throws(APIError) -> Response in
                let obstacles = desk.obstacles
                return .json(obstacles.isEmpty ? 200 : 503, JSONWriter.mayOpen(obstacles))
            })
    }

    private static var unrecovered: [(code: String, message: String)] {
        [("not_recovered", "the desk is being recovered")]
    }
}
