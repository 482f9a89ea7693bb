import CSSL

/// What OpenSSL calls. Each callback copies or counts, and that is all.
///
/// The context pointer of a session's callbacks is its pipe, which outlives it; that of a context's
/// are its ticket keys, which it holds.
enum TLSCallbacks {
    /// How OpenSSL reads and writes a pipe. Source: BIO_meth_new(3).
    static func transport() -> OpaquePointer? {
        let method = unsafe BIO_meth_new(BIO_TYPE_SOURCE_SINK | 127, "pipe")
        guard let method = unsafe method else { return nil }
        unsafe BIO_meth_set_read(method, read)
        unsafe BIO_meth_set_write(method, write)
        unsafe BIO_meth_set_ctrl(method, control)
        return unsafe method
    }

    private static let read:
        @convention(c) (OpaquePointer?, UnsafeMutablePointer<CChar>?, CInt) -> CInt = {
            bio, buffer, count in
            unsafe CSSL_BIO_clear_retry_flags(bio)
            let pipe = unsafe pipe(BIO_get_data(bio))
            // Without the retry flag OpenSSL takes it for a failed socket, and stops.
            guard let buffer = unsafe buffer, count > 0, !pipe.isFlooded else { return -1 }
            let done = unsafe pipe.read(into: buffer, count: Int(count))
            if done > 0 { return CInt(done) }
            unsafe CSSL_BIO_set_retry_read(bio)
            return -1
        }

    private static let write: @convention(c) (OpaquePointer?, UnsafePointer<CChar>?, CInt) -> CInt =
        {
            bio, bytes, count in
            unsafe CSSL_BIO_clear_retry_flags(bio)
            guard count > 0 else { return 0 }
            let raw = unsafe UnsafeRawBufferPointer(start: bytes, count: Int(count))
            unsafe pipe(BIO_get_data(bio)).output.append(contentsOf: raw)
            return count
        }

    private static let control:
        @convention(c) (OpaquePointer?, CInt, CLong, UnsafeMutableRawPointer?) -> CLong = {
            _, command, _, _ in command == BIO_CTRL_FLUSH ? 1 : 0
        }

    /// Chooses HTTP/2 over HTTP/1.1, and refuses who wants neither. Source: RFC 7301, section 3.2.
    static let chooseProtocol: SSL_CTX_alpn_select_cb_func = {
        _, chosen, count, offered, length, _ in
        var place = 0
        let offered = unsafe UnsafeBufferPointer(start: offered, count: Int(length))
        var found: (start: Int, count: Int)?
        while place < offered.count {
            let (start, size) = unsafe (place + 1, Int(offered[place]))
            guard size > 0, start + size <= offered.count else {
                return SSL_TLSEXT_ERR_ALERT_FATAL
            }
            let name = unsafe UnsafeBufferPointer(rebasing: offered[start..<start + size])
            if unsafe name.elementsEqual(TLSProtocol.http2.name) {
                found = (start, size)
                break
            }
            if unsafe name.elementsEqual(TLSProtocol.http1.name) { found = (start, size) }
            place = start + size
        }
        guard let found else { return SSL_TLSEXT_ERR_ALERT_FATAL }
        unsafe chosen!.pointee = unsafe offered.baseAddress! + found.start
        unsafe count!.pointee = UInt8(found.count)
        return SSL_TLSEXT_ERR_OK
    }

    /// Counts what costs us work and brings no data: new keys that the peer asks for, and our
    /// refusals to renegotiate.
    static let message:
        @convention(c) (
            CInt, CInt, CInt, UnsafeRawPointer?, Int, OpaquePointer?, UnsafeMutableRawPointer?
        ) -> Void = { isWritten, _, type, bytes, count, _, context in
            guard let bytes = unsafe bytes, let context = unsafe context, count >= 2 else { return }
            let first = unsafe bytes.load(as: UInt8.self)
            if isWritten == 0 {
                let isKeyUpdate =
                    type == SSL3_RT_HANDSHAKE && CInt(first) == SSL3_MT_KEY_UPDATE
                if isKeyUpdate { unsafe pipe(context).controls += 1 }
            } else if type == SSL3_RT_ALERT,
                CInt(unsafe bytes.load(fromByteOffset: 1, as: UInt8.self))
                    == SSL_AD_NO_RENEGOTIATION
            {
                unsafe pipe(context).controls += 1
            }
        }

    /// Gives OpenSSL the key of a session ticket.
    static let ticket:
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<UInt8>?,
            OpaquePointer?, OpaquePointer?, CInt
        ) -> CInt = { ssl, name, nonce, cipher, mac, isSealing in
            guard let name = unsafe name, let nonce = unsafe nonce,
                let context = unsafe CSSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl))
            else { return -1 }
            return unsafe Unmanaged<TLSTicketKeys>.fromOpaque(context)._withUnsafeGuaranteedRef {
                unsafe isSealing == 1
                    ? $0.seal(name: name, nonce: nonce, cipher, mac)
                    : $0.open(name: name, nonce: nonce, cipher, mac)
            }
        }

    /// A key file with a password has nobody to ask for it.
    static let noPassword:
        @convention(c) (
            UnsafeMutablePointer<CChar>?, CInt, CInt, UnsafeMutableRawPointer?
        ) -> CInt = { _, _, _, _ in -1 }

    private static func pipe(_ context: UnsafeMutableRawPointer?) -> TLSPipe {
        unsafe Unmanaged<TLSPipe>.fromOpaque(context!)._withUnsafeGuaranteedRef { $0 }
    }
}
