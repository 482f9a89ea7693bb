import Domain
import Engine

extension EngineView {
    /// Why the desk is not ready to be asked, though it answers; empty when it is.
    var unreadiness: [(code: String, message: String)] {
        if state.truth.reconciled { return [] }
        return [("not_reconciled", "no full reconciliation with the venue since the start")]
    }
}

extension JSONWriter {
    /// Whether the desk may take new risk, and what is in the way.
    mutating func health(_ view: EngineView, _ obstacles: [(code: String, message: String)]) {
        beginObject()
        key("armed")
        bool(view.state.armed)
        key("may_open")
        bool(obstacles.isEmpty)
        key("obstacles")
        self.obstacles(obstacles)
        key("ready")
        bool(view.unreadiness.isEmpty)
        endObject()
    }

    /// The body of `/health/trade`.
    static func mayOpen(_ obstacles: [(code: String, message: String)]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("may_open")
        json.bool(obstacles.isEmpty)
        if !obstacles.isEmpty {
            json.key("obstacles")
            json.obstacles(obstacles)
        }
        json.endObject()
        return json.bytes
    }

    /// The body of `/health/ready`.
    static func ready(_ reasons: [(code: String, message: String)]) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("ready")
        json.bool(reasons.isEmpty)
        json.key("reasons")
        json.obstacles(reasons)
        json.endObject()
        return json.bytes
    }
}
