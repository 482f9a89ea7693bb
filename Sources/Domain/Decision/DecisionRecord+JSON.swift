import Crypto

extension DecisionRecord {
    /// The decision with every check, as canonical JSON. The checks follow from the question and
    /// the policy that the hash names.
    public func json(under policy: Policy, binary: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("binary_digest")
        json.string(binary)
        writeChecks(&json, policy)
        json.key("id")
        json.string(id)
        json.key("intent_id")
        if intentId.isEmpty { json.null() } else { json.string(intentId) }
        json.key("notional")
        json.decimal(Decimal8.multiply(question.quantity, question.price))
        json.key("origin")
        json.string(question.origin.name)
        json.key("phase")
        json.integer(phase)
        json.key("policy_hash")
        json.string(policyHash.hex)
        json.key("price")
        json.decimal(question.price)
        json.key("quantity")
        json.decimal(question.quantity)
        json.key("reduce_only")
        json.bool(reduceOnly)
        json.key("sequence")
        json.integer(sequence)
        json.key("side")
        json.string(question.side.name)
        json.key("signal_id")
        json.string(signalId)
        json.key("symbol")
        json.string(symbol)
        json.key("time")
        json.string(time.text)
        json.key("trace_id")
        json.string(traceId)
        json.key("verdict")
        json.string(approved ? "approved" as StaticString : "denied")
        json.endObject()
        return json.bytes
    }

    private func writeChecks(_ json: inout JSONWriter, _ policy: Policy) {
        json.key("checks")
        json.beginArray()
        for check in Gate.answer(question, policy).checks { json.check(check) }
        json.endArray()
        json.key("codes")
        json.beginArray()
        for check in failures.checks { json.string(check.name) }
        json.endArray()
    }
}

extension JSONWriter {
    fileprivate mutating func check(_ result: CheckResult) {
        let isWhole = result.check.unit.isWhole
        beginObject()
        key("code")
        string(result.check.name)
        key("limit")
        amount(result.limit, isWhole)
        key("margin")
        amount(result.margin, isWhole)
        key("passed")
        bool(result.passed)
        key("unit")
        string(result.check.unit.name)
        key("value")
        amount(result.value, isWhole)
        endObject()
    }

    private mutating func amount(_ value: Int64, _ isWhole: Bool) {
        if isWhole { string(String(value)) } else { decimal(value) }
    }
}
