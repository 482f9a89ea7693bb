import Engine
import Testing

/// What the bus over NATS does about a server that is not as it should be.
@Suite(.serialized) struct `The bus over NATS` {
    private let stream = StreamSpecification(
        name: "TITAN_CMD", subjects: ["titan.cmd.>"], retention: .workqueue,
        ageMaximumSeconds: 600, bytesMaximum: 1_000_000, duplicateWindowSeconds: 60)

    @Test func `names the field in which a stream differs`() throws {
        guard let server = try NATSServer.startOrSay() else { return }
        defer { server.stop() }
        try NATSBus(url: server.url, streams: [stream]).close()
        let table: [(StreamSpecification, String, String, String)] = [
            (changed(subjects: ["titan.cmd.x.>"]), "subjects", "titan.cmd.>", "titan.cmd.x.>"),
            (changed(retention: .limits), "retention", "workqueue", "limits"),
            (changed(storage: .memory), "storage", "file", "memory"),
            (changed(age: 601), "max_age", "600 s", "601 s"),
            (changed(bytes: -1), "max_bytes", "1000000", "-1"),
            (changed(window: 61), "duplicate_window", "60 s", "61 s"),
        ]
        for (wanted, field, have, want) in table {
            let error = BusError.streamDiffers(
                stream: "TITAN_CMD", field: field, have: have, want: want)
            #expect(throws: error) { try NATSBus(url: server.url, streams: [wanted]) }
        }
        try NATSBus(url: server.url, streams: [stream]).close()
    }

    @Test func `names the field in which a consumer differs`() throws {
        guard let rig = try BusRig(.nats), let server = rig.server else { return }
        try rig.consume(consumer("TITAN_EVT", "titan.evt.>", deliveriesMaximum: 5))
        let other = try NATSBus(url: server.url)
        defer { other.close() }
        let error = BusError.consumerDiffers(
            durable: "TEST", field: "max_deliver", have: "5", want: "4")
        #expect(throws: error) {
            try other.consume(
                consumer("TITAN_EVT", "titan.evt.>", deliveriesMaximum: 4), deliver: { _ in })
        }
    }

    @Test func `says that nobody answers`() throws {
        guard let server = try NATSServer.startOrSay() else { return }
        server.stop()
        #expect(throws: BusError.self) { try NATSBus(url: server.url) }
    }

    @Test func `goes on where it was after the server's restart`() throws {
        guard let rig = try BusRig(.nats), let server = rig.server else { return }
        try rig.subscribe("titan.ops.>")
        try rig.consume(consumer("TITAN_EVT", "titan.evt.>", waitMilliseconds: 30_000))
        try rig.publish("titan.evt.a", "before")
        let before = try rig.hear(1)
        server.kill()
        try #require(poll(seconds: 5) { !rig.bus.health.isConnected })
        rig.bus.acknowledge(try #require(before[0].token))
        guard case .refused = try rig.publish("titan.evt.a", "while away") else {
            Issue.record("a publish without a connection was not refused")
            return
        }
        try server.start()
        try #require(poll(seconds: 10) { rig.bus.health.isConnected })
        #expect(rig.bus.health.reconnects == 1)
        try rig.publish("titan.evt.a", "after")
        try rig.publish("titan.ops.a", "core")
        let heard = try rig.hear(3).map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(Set(heard) == ["before", "after", "core"])
        #expect(heard.count == 3)
    }

    private func changed(
        subjects: [String]? = nil, retention: StreamSpecification.Retention? = nil,
        storage: StreamSpecification.Storage? = nil, age: Int64? = nil, bytes: Int64? = nil,
        window: Int64? = nil
    ) -> StreamSpecification {
        StreamSpecification(
            name: stream.name, subjects: subjects ?? stream.subjects,
            retention: retention ?? stream.retention, storage: storage ?? stream.storage,
            ageMaximumSeconds: age ?? stream.ageMaximumSeconds,
            bytesMaximum: bytes ?? stream.bytesMaximum,
            duplicateWindowSeconds: window ?? stream.duplicateWindowSeconds)
    }
}
