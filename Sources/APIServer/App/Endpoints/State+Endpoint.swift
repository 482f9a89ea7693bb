import Wire

extension Services {
    var state: Endpoint {
        Endpoint(
            .get, "/api/v1/state", operationID: "getState",
            summary: "Shows the desk as it is now",
            answers: [
                (200, "The desk"), (304, "The view is still the one that the caller has"),
                (401, "No token, or one that does not hold"),
                (403, "The person's roles do not allow it"), (503, "Not now"),
            ],
            handler: .view(.view) { call, _ throws(APIError) -> Response in
                let shown = try view()
                let obstacles = desk.obstacles
                guard obstacles.elementsEqual(shown.obstacles, by: { $0.code == $1.code }) else {
                    return .json(200, shown.body(digests.latest(shown.view), now: obstacles))
                }
                let fields = [
                    ResponseField("etag", shown.entityTag),
                    ResponseField("cache-control", "private, no-cache"),
                ]
                if call.request.fields["if-none-match"].map({ names(shown.entityTag, in: $0) })
                    ?? false
                {
                    return Response(status: 304, fields: fields)
                }
                var response = Response.json(200, shown.body { digests.latest(shown.view) })
                response.fields += fields
                return response
            })
    }

    /// Whether `If-None-Match` names the tag. Weak and strong are the same here.
    /// Source: RFC 9110, section 13.1.2.
    private func names(_ tag: String, in field: String) -> Bool {
        field.split(separator: ",").contains { part in
            let named = part.drop { $0 == " " || $0 == "\t" }
            let plain = named.hasPrefix("W/") ? named.dropFirst(2) : named
            return plain.prefix { $0 != " " && $0 != "\t" } == tag || plain == "*"
        }
    }
}
