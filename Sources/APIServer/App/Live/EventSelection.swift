import Wire

/// Which topics a reader of server-sent events asks for, and where it has got to in each.
///
/// `?topics=truth,decisions`, and `Last-Event-ID: EPOCH.SEQ-SEQ` with one sequence for each of these
/// topics, in the order of the hub. An id that fits nothing begins anew.
struct EventSelection {
    let places: [(topic: Topic, after: LiveCommand.Place?)]

    init(_ request: Request, of hub: LiveHub) throws(APIError) {
        let query = try Query(request, parameters: ["topics", "access_token", "last_event_id"])
        var names = query["topics"].map { $0.split(separator: ",").map(String.init) } ?? []
        if names.isEmpty { names = hub.eventTopics.map(\.name) }
        for name in names where !hub.topics.contains(where: { $0.name == name }) {
            let known = hub.topics.map(\.name).joined(separator: ", ")
            throw APIError(
                .badRequest, code: "unknown_topic",
                message: "topics: \"\(name)\" is none of \(known)")
        }
        let topics = hub.topics.filter { names.contains($0.name) }
        let id = request.fields["last-event-id"] ?? query["last_event_id"]
        let after = id.flatMap { Self.places($0, count: topics.count) }
        // Somebody who was told an id of ours once, though not of this selection, is told so.
        let lost = id == nil ? nil : LiveCommand.Place(epoch: 0, sequence: 0)
        places = topics.enumerated().map { ($1, after?[$0] ?? lost) }
    }

    private static func places(_ id: String, count: Int) -> [LiveCommand.Place]? {
        let halves = id.split(separator: ".", omittingEmptySubsequences: false)
        guard halves.count == 2, let epoch = UInt64(halves[0]) else { return nil }
        let sequences = halves[1].split(separator: "-", omittingEmptySubsequences: false)
            .compactMap { UInt64($0) }
        guard sequences.count == count else { return nil }
        return sequences.map { LiveCommand.Place(epoch: epoch, sequence: $0) }
    }
}
