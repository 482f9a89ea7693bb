import Testing

@testable import Wire

@Suite struct `A proxy's header` {
    private static let signature: [UInt8] = [
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A,
    ]

    private static func header(
        _ command: UInt8, _ family: UInt8, _ addresses: [UInt8]
    ) -> [UInt8] {
        signature + [command, family, 0, UInt8(addresses.count)] + addresses
    }

    private static let four = header(0x21, 0x11, [192, 0, 2, 7, 127, 0, 0, 1, 0x30, 0x39, 0, 80])
    private static let six = header(
        0x21, 0x21,
        [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [9]
            + [UInt8](repeating: 0, count: 20))

    @Test(arguments: [
        (four, ProxyHeader.client("192.0.2.7", bytes: 28)),
        (six, .client("2001:db8::9", bytes: 52)),
        // What a proxy adds behind the addresses is passed over.
        (
            header(0x21, 0x11, [10, 1, 2, 3] + [UInt8](repeating: 0, count: 20)),
            .client("10.1.2.3", bytes: 40)
        ),
        (header(0x20, 0x00, []), .client(nil, bytes: 16)),
        (header(0x21, 0x00, []), .client(nil, bytes: 16)),
        (header(0x21, 0x31, [UInt8](repeating: 0, count: 216)), .client(nil, bytes: 232)),
        (header(0x21, 0x11, [1, 2, 3]), .malformed), (header(0x21, 0x21, [1, 2]), .malformed),
        (header(0x11, 0x11, []), .malformed), (header(0x22, 0x11, []), .malformed),
        (signature + [0x21, 0x11, 0xFF, 0xFF], .malformed),
        (Array("GET / HTTP/1.1\r\n".utf8), .absent), (Array("PRI * HTTP/2.0\r\n".utf8), .absent),
        ([0x16, 0x03, 0x01], .absent), (Array("\r\n\r\nGET".utf8), .absent),
        ([], .undecided),
    ])
    func `is read, refused or found absent`(bytes: [UInt8], expected: ProxyHeader) {
        #expect(ProxyHeader.read(bytes) == expected)
        if case .client(_, let count) = expected {
            for cut in 0..<count { #expect(ProxyHeader.read(Array(bytes[..<cut])) == .undecided) }
            #expect(ProxyHeader.read(bytes + Array("GET".utf8)) == expected)
        }
    }

    @Test(arguments: [
        ("::", [UInt8](repeating: 0, count: 16)),
        ("::1", [UInt8](repeating: 0, count: 15) + [1]),
        ("2001:db8:0:1:1:1:1:1", [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1]),
        ("2001:0:0:1::1", [0x20, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]),
        ("1:0:2::", [0, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    ])
    func `writes addresses as RFC 5952 does`(text: String, bytes: [UInt8]) {
        #expect(IPv6Text.of(bytes) == text)
    }
}

@Suite struct `The chain of proxies` {
    @Test(
        arguments: [
            ([("forwarded", "for=192.0.2.43")], ["192.0.2.43"], nil),
            (
                [("forwarded", "for=192.0.2.43:47011;proto=https, for=\"[2001:db8::17]:4711\"")],
                ["192.0.2.43", "2001:db8::17"], true
            ),
            (
                [
                    ("forwarded", "For=\"unknown, or not\";proto=http;by=203.0.113.60"),
                    ("forwarded", "for=10.0.0.1"),
                ], ["unknown, or not", "10.0.0.1"], false
            ),
            (
                [
                    ("x-forwarded-for", "203.0.113.195, 2001:db8::8a2e , 150.172.238.178:80"),
                    ("x-forwarded-proto", "https"),
                ],
                ["203.0.113.195", "2001:db8::8a2e", "150.172.238.178"], true
            ),
            // The standard's field counts alone where both are there.
            ([("x-forwarded-for", "1.1.1.1"), ("forwarded", "for=2.2.2.2")], ["2.2.2.2"], nil),
            ([("forwarded", "by=x;;=;for")], [], nil), ([], [], nil),
        ] as [([(String, String)], [String], Bool?)])
    func `is read from its fields`(
        fields: [(String, String)], clients: [String], isTLS: Bool?
    ) {
        var block = HeaderBlock()
        for (name, value) in fields { block.append(name, value) }
        let chain = ForwardedChain(block)
        #expect(chain.clients == clients)
        #expect(chain.isTLS == isTLS)
    }
}
