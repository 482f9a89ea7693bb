import Domain

extension JSONWriter {
    /// The truth score, its components, and what holds it down.
    mutating func truth(_ truth: Truth, at time: Timestamp) {
        beginObject()
        key("components")
        beginArray()
        let values = truth.values(at: time)
        for component in TruthComponent.allCases {
            self.component(component, values[Int(component.rawValue)])
        }
        endArray()
        key("holding_down")
        beginArray()
        for discrepancy in truth.discrepancies { self.discrepancy(discrepancy) }
        endArray()
        key("reconciled")
        bool(truth.reconciled)
        key("reconciled_at")
        self.time(orNull: truth.latestTaken)
        key("score")
        score(truth.score)
        endObject()
    }

    private mutating func component(_ component: TruthComponent, _ value: Int64) {
        beginObject()
        key("name")
        string(component.name)
        key("value")
        score(value)
        key("weight")
        score(component.weight)
        endObject()
    }

    private mutating func discrepancy(_ found: Discrepancy) {
        beginObject()
        key("component")
        string(found.component.name)
        key("id")
        string(found.id)
        key("kind")
        string(found.kind.name)
        key("ours")
        decimal(found.ours)
        key("severity")
        score(found.severity)
        key("symbol")
        string(found.symbol)
        key("venue")
        decimal(found.venue)
        endObject()
    }
}
