import Wire

extension MetricsPage {
    mutating func tls(_ server: [ServerCounters], _ identity: TLSIdentity) {
        family("titan_tls_handshakes_total", .counter, "Handshakes that were done, by version.")
        sample("titan_tls_handshakes_total", ["version": "1.2"], server.sum(.tls12))
        sample("titan_tls_handshakes_total", ["version": "1.3"], server.sum(.tls13))
        single(
            "titan_tls_resumptions_total", .counter, "Handshakes that a ticket made short.",
            server.sum(.tlsResumed))
        family(
            "titan_tls_failures_total", .counter,
            "Connections that TLS ended: in the handshake, by a wrong record, by a flood, by HTTP.")
        sample("titan_tls_failures_total", ["reason": "handshake"], server.sum(.tlsFailed))
        sample("titan_tls_failures_total", ["reason": "record"], server.sum(.tlsBroken))
        sample("titan_tls_failures_total", ["reason": "flood"], server.sum(.tlsFlooded))
        sample("titan_tls_failures_total", ["reason": "plain_http"], server.sum(.tlsPlain))
        single(
            "titan_tls_truncations_total", .counter, "Peers that ended without saying so.",
            server.sum(.tlsTruncated))
        family("titan_tls_reloads_total", .counter, "Readings of changed certificates, by result.")
        sample("titan_tls_reloads_total", ["result": "succeeded"], identity.reloads.value)
        sample("titan_tls_reloads_total", ["result": "failed"], identity.failures.value)
        single(
            "titan_tls_certificate_expiry_seconds", .gauge,
            "When the certificate in use expires, since 1970.", identity.context.expires)
    }
}
