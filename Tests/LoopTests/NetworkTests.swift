import Loop
import Testing

@Suite struct `A network` {
    @Test(arguments: [
        ("10.0.0.0/8", ["10.0.0.1", "10.255.255.255", "::ffff:10.1.2.3"], ["11.0.0.1", "::1"]),
        ("192.168.4.0/22", ["192.168.7.255"], ["192.168.8.0", "192.168.3.255"]),
        ("127.0.0.1", ["127.0.0.1"], ["127.0.0.2", "localhost", ""]),
        ("0.0.0.0/0", ["1.2.3.4"], ["::1"]),
        ("fd00::/8", ["fd12:3456::1"], ["fe80::1", "10.0.0.1"]),
        ("::1", ["::1"], ["::2"]),
    ])
    func `holds its addresses and no others`(text: String, inside: [String], outside: [String]) {
        let network = Network(text)
        for address in inside { #expect(network?.contains(address) == true, "\(address)") }
        for address in outside { #expect(network?.contains(address) == false, "\(address)") }
    }

    @Test(arguments: ["", "10.0.0.0/33", "10.0.0/8", "host", "::1/129", "1.2.3.4/", "1.2.3.4/8/8"])
    func `is nothing else`(text: String) { #expect(Network(text) == nil) }
}
