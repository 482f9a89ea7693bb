import Wire

/// What a page of ours may load and do, and who may show it: this origin only, nothing that the
/// console does not use, and nobody in a frame. `nosniff` stands in every answer of the server.
enum SecurityFields {
    static let all = [
        ResponseField("content-security-policy", .constant(contents)),
        // For browsers that do not know `frame-ancestors`.
        ResponseField("x-frame-options", "DENY"),
        ResponseField("referrer-policy", "no-referrer"),
        ResponseField("permissions-policy", .constant(permissions)),
        ResponseField("cross-origin-opener-policy", "same-origin"),
        ResponseField("cross-origin-resource-policy", "same-origin"),
    ]

    /// Scripts and styles come from files of ours; none is within a page, and no text becomes code.
    /// Source: W3C Content Security Policy 3; W3C Trusted Types.
    private static let contents: StaticString = """
        default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; \
        connect-src 'self'; manifest-src 'self'; media-src 'self'; base-uri 'none'; \
        form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
        trusted-types 'none'
        """

    /// Source: W3C Permissions Policy.
    private static let permissions: StaticString = """
        accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
        magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(self), \
        serial=(), usb=(), xr-spatial-tracking=()
        """
}
