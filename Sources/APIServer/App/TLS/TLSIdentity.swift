import Platform
public import Wire

/// Who the server is under TLS: the context made of its files, and made anew when they change.
///
/// Connections go on with the context that they began with. Ticket keys are this process's own and
/// the same for all its loops. Thread: any.
public final class TLSIdentity: Sendable {
    /// Where its parts are, each a PEM file.
    public struct Paths: Hashable, Sendable {
        public let certificate: String
        public let key: String
        /// Who signs the certificates of services that call; `nil`: nobody is asked for one.
        public let clientAuthority: String?

        public init(certificate: String, key: String, clientAuthority: String? = nil) {
            (self.certificate, self.key) = (certificate, key)
            self.clientAuthority = clientAuthority
        }

        var all: [String] { [certificate, key] + (clientAuthority.map { [$0] } ?? []) }
    }

    /// Why the files make no server, in a sentence that names the file.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    private struct Work {
        var keys: TLSTicketKeys
        var rotates: Int64
        /// The files that were read last, and as they were at the last look.
        var loaded: [FileStamp?]
        var seen: [FileStamp?]
    }

    public let paths: Paths
    private let current: Guarded<TLSContext>
    private let work: Guarded<Work>
    private let log: @Sendable (String) -> Void
    let reloads = Counter()
    let failures = Counter()

    /// - Parameter log: Hears in a sentence of what became of a change.
    public init(
        _ paths: Paths, log: @escaping @Sendable (String) -> Void = { _ in }
    ) throws(Failure) {
        let keys = TLSTicketKeys(random: Machine.randomBytes(count: TLSTicketKeys.keyBytes))
        let stamps = paths.all.map { FileStamp($0) }
        current = Guarded(try paths.context(keys))
        let rotates = Machine.bootMicroseconds + Limits.TLS.ticketKeyMicroseconds
        work = Guarded(Work(keys: keys, rotates: rotates, loaded: stamps, seen: stamps))
        (self.paths, self.log) = (paths, log)
    }

    /// What new connections begin with.
    public var context: TLSContext { current.withLock { $0 } }

    /// Whether services may show a certificate.
    public var asksServices: Bool { paths.clientAuthority != nil }

    /// Reads the files now. What does not do leaves everything as it was, and is logged.
    public func reload() {
        work.withLock { work in load(&work, paths.all.map { FileStamp($0) }) }
    }

    /// Reads the files when they have changed and been left alone since the last look, and changes
    /// the ticket key when its time is over.
    func look(at now: Int64) {
        work.withLock { work in
            if now >= work.rotates { rotate(&work, at: now) }
            let stamps = paths.all.map { FileStamp($0) }
            let isSettled = stamps == work.seen
            work.seen = stamps
            if isSettled && stamps != work.loaded { load(&work, stamps) }
        }
    }

    private func load(_ work: inout Work, _ stamps: [FileStamp?]) {
        // What is broken is not tried again before it changes.
        (work.loaded, work.seen) = (stamps, stamps)
        do throws(Failure) {
            let context = try paths.context(work.keys)
            current.withLock { $0 = context }
            reloads.add()
            log("the TLS certificate \(paths.certificate) is in use from now on")
        } catch {
            failures.add()
            log("\(error); the one before stays in use")
        }
    }

    private func rotate(_ work: inout Work, at now: Int64) {
        let random = Machine.randomBytes(count: TLSTicketKeys.keyBytes)
        (work.keys, work.rotates) = (
            work.keys.rotated(random: random), now + Limits.TLS.ticketKeyMicroseconds
        )
        load(&work, paths.all.map { FileStamp($0) })
    }
}

extension TLSIdentity.Paths {
    fileprivate func context(_ keys: TLSTicketKeys) throws(TLSIdentity.Failure) -> TLSContext {
        let material = TLSContext.Material(
            certificate: try Self.read(certificate, .certificate), key: try Self.read(key, .key),
            clientAuthority: try clientAuthority.map { path throws(TLSIdentity.Failure) in
                try Self.read(path, .clientAuthority)
            })
        do throws(TLSSetupError) {
            return try TLSContext(
                material, ticketKeys: keys, maxima: .server,
                at: Machine.wallMicroseconds / 1_000_000)
        } catch {
            throw Self.failure(error.part, path(of: error.part), error.reason)
        }
    }

    private func path(of part: TLSSetupError.Part) -> String {
        switch part {
        case .certificate: certificate
        case .key: key
        case .clientAuthority: clientAuthority ?? ""
        }
    }

    private static func read(
        _ path: String, _ part: TLSSetupError.Part
    ) throws(TLSIdentity.Failure) -> [UInt8] {
        if let stamp = FileStamp(path), stamp.size > Limits.TLS.fileBytesMaximum {
            throw failure(part, path, "has over \(Limits.TLS.fileBytesMaximum) bytes")
        }
        do { return try Files.read(path) } catch {
            throw failure(part, path, "cannot be read: \(error)")
        }
    }

    private static func failure(
        _ part: TLSSetupError.Part, _ path: String, _ reason: String
    ) -> TLSIdentity.Failure {
        let name =
            switch part {
            case .certificate: "certificate"
            case .key: "key"
            case .clientAuthority: "client authority"
            }
        return TLSIdentity.Failure(description: "the TLS \(name) \(path) \(reason)")
    }
}
