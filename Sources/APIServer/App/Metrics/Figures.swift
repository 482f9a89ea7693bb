import Domain
import Engine

/// Everything that `/metrics` shows, as it stands now.
struct Figures {
    let counters: Counters
    /// One for each loop of the server.
    let server: [ServerCounters]
    /// `nil` where nobody speaks TLS.
    let tls: TLSIdentity?
    let engine: EngineCounts?
    /// `nil` before the first.
    let view: EngineView?
    /// Whether nothing stands in the way of new risk: what `/health/trade` says.
    let mayOpen: Bool

    var text: String {
        var page = MetricsPage()
        page.http(server)
        if let tls { page.tls(server, tls) }
        page.live(server)
        page.identity(counters)
        page.decisions(counters)
        if let engine { page.engine(engine) }
        if let view { page.desk(view, mayOpen: mayOpen) }
        return page.text
    }
}

extension [ServerCounters] {
    func sum(_ kind: ServerCounters.Kind) -> UInt64 {
        reduce(0) { $0 &+ $1[kind] }
    }

    /// What there is now of what came and went. The two are read one after the other, so never
    /// below nought only by this.
    fileprivate func present(_ came: ServerCounters.Kind, _ went: ServerCounters.Kind) -> UInt64 {
        let gone = sum(went)
        return Swift.max(sum(came), gone) - gone
    }

    /// Summed over the loops, in the order of the codes.
    fileprivate var badRequests: [(code: String, count: UInt64)] {
        var sums: [String: UInt64] = [:]
        for loop in self {
            for entry in loop.badRequests { sums[entry.code, default: 0] += entry.count }
        }
        return sums.map { ($0.key, $0.value) }.sorted { $0.code < $1.code }
    }
}

extension MetricsPage {
    fileprivate mutating func http(_ server: [ServerCounters]) {
        family("titan_http_responses_total", .counter, "Answers by class of status.")
        let classes: KeyValuePairs<String, ServerCounters.Kind> = [
            "1xx": .informational, "2xx": .successful, "3xx": .redirected, "4xx": .clientFailed,
            "5xx": .serverFailed,
        ]
        for (name, kind) in classes {
            sample("titan_http_responses_total", ["class": name], server.sum(kind))
        }
        family("titan_http_bad_requests_total", .counter, "Requests refused as malformed, by code.")
        for entry in server.badRequests {
            sample("titan_http_bad_requests_total", ["code": entry.code], entry.count)
        }
        single(
            "titan_http_connections", .gauge, "Connections that are open.",
            server.present(.accepted, .closed))
        family("titan_http_connections_total", .counter, "Connections by what they spoke.")
        sample("titan_http_connections_total", ["protocol": "http/1.1"], server.sum(.http1))
        sample("titan_http_connections_total", ["protocol": "h2c"], server.sum(.http2))
        sample("titan_http_connections_total", ["protocol": "websocket"], server.sum(.live))
        single(
            "titan_http_connections_refused_total", .counter, "Connections turned away at once.",
            server.sum(.refused))
        single(
            "titan_http_timeouts_total", .counter, "Connections closed because a deadline passed.",
            server.sum(.timedOut))
        single(
            "titan_http_received_bytes_total", .counter, "Bytes read from clients.",
            server.sum(.bytesReceived))
        single(
            "titan_http_sent_bytes_total", .counter, "Bytes written to clients.",
            server.sum(.bytesSent))
    }

    fileprivate mutating func live(_ server: [ServerCounters]) {
        single(
            "titan_live_readers", .gauge, "Readers of the live stream.",
            server.present(.live, .liveClosed))
        single(
            "titan_live_frames_total", .counter, "Frames sent to readers.", server.sum(.framesSent))
        single(
            "titan_live_conflated_total", .counter,
            "States that a reader never saw because a newer one came first.",
            server.sum(.conflated))
        single(
            "titan_live_cut_off_total", .counter, "Readers cut off because they were too slow.",
            server.sum(.cutOff))
    }

    fileprivate mutating func identity(_ counters: Counters) {
        family("titan_logins_total", .counter, "Attempts to sign in, by result.")
        sample("titan_logins_total", ["result": "succeeded"], counters.loginsSucceeded.value)
        sample("titan_logins_total", ["result": "failed"], counters.loginsFailed.value)
        sample("titan_logins_total", ["result": "put_off"], counters.loginsPutOff.value)
        single(
            "titan_tokens_refused_total", .counter, "Tokens that did not hold.",
            counters.tokensRefused.value)
        single(
            "titan_vault_unreadable_total", .counter,
            "Looks at the vault that found it unreadable.",
            counters.vaultUnreadable.value)
    }

    fileprivate mutating func decisions(_ counters: Counters) {
        family("titan_decisions_total", .counter, "Decisions by verdict.")
        sample("titan_decisions_total", ["verdict": "approved"], counters.approved.value)
        sample("titan_decisions_total", ["verdict": "denied"], counters.denied.value)
        family("titan_denials_total", .counter, "Checks that failed; a decision may fail several.")
        for check in Check.allCases {
            let count = counters.failures[Int(check.rawValue)].value
            sample("titan_denials_total", ["code": "\(check.name)"], count)
        }
        family("titan_commands_total", .counter, "Receipts of what people asked for.")
        for action in OperatorAction.allCases {
            for (place, result) in ["accepted", "rejected"].enumerated() {
                let count = counters.receipts[Int(action.rawValue) * 2 + place].value
                sample(
                    "titan_commands_total", ["action": "\(action.name)", "result": result], count)
            }
        }
    }

    fileprivate mutating func engine(_ counts: EngineCounts) {
        single("titan_inbox_inputs", .gauge, "Inputs that wait for the writer.", counts.inbox)
        single(
            "titan_bus_malformed_messages_total", .counter, "Messages that could not be read.",
            counts.malformed)
        single(
            "titan_bus_refused_messages_total", .counter,
            "Messages that found the inbox full and come again.", counts.refused)
        single(
            "titan_stops_failed_total", .counter, "Stops that the bus did not take, sent again.",
            counts.stopsFailed)
        single(
            "titan_bus_given_up_messages_total", .counter, "Events and stops that were given up.",
            counts.dropped)
        family(
            "titan_journal_wait_seconds", .gauge, "How long the oldest record waits to be durable.")
        decimal("titan_journal_wait_seconds", counts.journalWaitMicroseconds * 100)
        single(
            "titan_bus_connected", .gauge, "Whether the bus is there.",
            counts.bus.isConnected ? 1 : 0)
        single(
            "titan_bus_reconnects_total", .counter, "Lost connections made again.",
            counts.bus.reconnects)
        single(
            "titan_bus_dropped_messages_total", .counter,
            "Messages that a subscriber was too slow for.", counts.bus.dropped)
        single(
            "titan_bus_redelivered_messages_total", .counter,
            "Messages delivered for the second time or more.", counts.bus.redelivered)
        single(
            "titan_bus_unknown_publishes_total", .counter,
            "Publishes that nobody confirmed and nobody denied.", counts.bus.unknown)
    }

    fileprivate mutating func desk(_ view: EngineView, mayOpen: Bool) {
        let (state, breaker) = (view.state, view.breaker)
        family(
            "titan_truth_score_points", .gauge, "How sure the books equal the venue's, 0 to 100.")
        decimal("titan_truth_score_points", state.truth.score * 1_000_000)
        family("titan_breaker_state", .gauge, "1 for the state that the breaker is in.")
        for each in BreakerState.allCases {
            sample(
                "titan_breaker_state", ["state": "\(each.name)"], each == breaker.state ? 1 : 0)
        }
        single("titan_halt_epoch", .gauge, "The latest halt on record.", breaker.haltEpoch)
        single("titan_journal_sequence", .gauge, "Of the latest record.", state.sequence)
        single(
            "titan_journal_failed", .gauge, "Whether the journal can no longer be written.",
            view.journalFailure == nil ? 0 : 1)
        single("titan_armed", .gauge, "Whether the desk is armed.", state.armed ? 1 : 0)
        single(
            "titan_may_open", .gauge, "Whether new risk may be taken.",
            mayOpen ? 1 : 0)
        single(
            "titan_orders_working", .gauge, "Orders that may still fill.", state.books.orders.count)
        family("titan_equity_dollars", .gauge, "Cash and every position at its mark.")
        decimal("titan_equity_dollars", state.books.equity)
        family("titan_daily_loss_dollars", .gauge, "What the UTC day has lost.")
        decimal("titan_daily_loss_dollars", state.books.dayLoss)
    }
}
