import Domain
import Foundation
import Platform
import Testing

@testable import APIServer

@Suite struct `Signing in` {
    private final class Rig: Sendable {
        let scratch: Scratch
        let vault: Vault
        let worker: Worker
        let counters = Counters()
        let login: Login

        init() throws {
            scratch = try Scratch()
            vault = try Vault(directory: scratch.path, parameters: cheap)
            worker = try Worker()
            login = Login(
                vault: vault, worker: worker, counters: counters, boot: { 1_000_000_000 },
                now: { Forger.now })
        }

        deinit { worker.close() }

        func attempt(_ name: String, _ password: String, from address: String = "a") async
            -> Result<JSON, APIError>
        {
            do {
                let json = try await login.session(name, password, from: address)
                return .success(try JSON.parse(json))
            } catch let error as APIError {
                return .failure(error)
            } catch {
                preconditionFailure("\(error)")
            }
        }
    }

    @Test func `gives a token that holds`() async throws {
        let rig = try Rig()
        let session = try await rig.attempt("operator", rig.scratch.password()).get()
        #expect(session["operator_id"]?.text == "operator")
        #expect(session["token_type"]?.text == "Bearer")
        #expect(session["expires_at"]?.text == "2023-11-15T10:13:20.000000Z")
        #expect(session["roles"]?.array?.compactMap(\.text) == ["operator", "risk_owner"])
        let token = Array(try #require(session["token"]?.text).utf8)
        let authenticator = TokenAuthenticator(vault: rig.vault, counters: rig.counters) {
            Forger.now
        }
        let credential = try authenticator.authenticate(token).get()
        #expect(credential.operator == Operator(id: "operator", roles: [.operator, .riskOwner]))
        #expect(rig.counters.loginsSucceeded.value == 1)
    }

    @Test func `answers a wrong name and a wrong password alike`() async throws {
        let rig = try Rig()
        var answers: [String] = []
        for (name, password) in [("operator", "wrong"), ("nobody", "wrong"), ("", "")] {
            guard case .failure(let error) = await rig.attempt(name, password) else {
                Issue.record("\(name) signed in")
                continue
            }
            answers.append("\(error.status.rawValue) \(error.code) \(error.message)")
            #expect(error.headers.contains { $0.name == "www-authenticate" })
        }
        #expect(Set(answers) == ["401 wrong_credentials Wrong name or password"])
        #expect(rig.counters.loginsFailed.value == 3)
    }

    @Test func `puts a name off after too many attempts, whether it exists or not`() async throws {
        for name in ["operator", "nobody"] {
            let rig = try Rig()
            for _ in 0..<Limits.App.accountAttempts {
                guard case .failure(let error) = await rig.attempt(name, "x") else {
                    Issue.record("signed in")
                    return
                }
                #expect(error.status == .unauthorized)
            }
            guard case .failure(let error) = await rig.attempt(name, try rig.scratch.password())
            else {
                Issue.record("not put off")
                return
            }
            #expect(error.status == .tooMany)
            #expect(error.headers.first { $0.name == "retry-after" }?.value == "30")
            #expect(rig.counters.loginsPutOff.value == 1)
            let other = await rig.attempt(name, try rig.scratch.password(), from: "b")
            if name == "operator" {
                #expect(throws: Never.self, "a stranger locks nobody out") { try other.get() }
            }
        }
    }

    @Test func `puts an address off after too many attempts`() async throws {
        let rig = try Rig()
        for attempt in 0..<Limits.App.addressAttempts {
            _ = await rig.attempt("name\(attempt)", "x", from: "10.0.0.1")
        }
        guard case .failure(let error) = await rig.attempt("operator", "x", from: "10.0.0.1")
        else {
            Issue.record("signed in")
            return
        }
        #expect(error.status == .tooMany)
        let session = await rig.attempt("operator", try rig.scratch.password(), from: "10.0.0.2")
        #expect(throws: Never.self) { try session.get() }
    }

    @Test func `never puts off a token that was given before`() async throws {
        let rig = try Rig()
        let session = try await rig.attempt("operator", rig.scratch.password()).get()
        for _ in 0..<20 { _ = await rig.attempt("operator", "x") }
        let authenticator = TokenAuthenticator(vault: rig.vault, counters: rig.counters) {
            Forger.now
        }
        let token = Array(try #require(session["token"]?.text).utf8)
        #expect(throws: Never.self) { try authenticator.authenticate(token).get() }
    }

    @Test func `knows somebody whom the shell has just added`() async throws {
        let rig = try Rig()
        let shell = try Vault(directory: rig.scratch.path, parameters: cheap)
        try shell.add(operator: "ann", roles: [.observer], password: "correct horse")
        let session = await rig.attempt("ann", "correct horse")
        #expect(try session.get()["roles"]?.array?.compactMap(\.text) == ["observer"])
    }
}

@Suite struct `A token's person` {
    @Test func `must be known, and have a token that holds`() throws {
        let scratch = try Scratch()
        let vault = try Vault(directory: scratch.path, parameters: cheap)
        let counters = Counters()
        let authenticator = TokenAuthenticator(vault: vault, counters: counters) { Forger.now }
        let jwt = JWT(key: vault.tokenKey)
        let cases: [(String, String)] = [
            (jwt.issue(to: "nobody", now: Forger.now).token, "token_invalid"),
            (
                jwt.issue(to: "operator", now: Forger.now - 12 * 3_600_000_000).token,
                "token_expired"
            ),
            (jwt.issue(to: "operator", now: Forger.now + 1_000_000).token, "token_invalid"),
            ("nonsense", "token_invalid"),
        ]
        for (token, code) in cases {
            guard case .failure(let error) = authenticator.authenticate(Array(token.utf8)) else {
                Issue.record("taken: \(token)")
                continue
            }
            #expect(error.status == .unauthorized)
            #expect(error.code == code)
        }
        #expect(counters.tokensRefused.value == 4)
    }
}

@Suite struct `The vault's watch` {
    @Test func `hears of a change by another process, and does not look all the time`() throws {
        let scratch = try Scratch()
        let vault = try Vault(directory: scratch.path, parameters: cheap)
        let (worker, moved, heard) = (try Worker(), try Bell(), Guarded(0))
        let watch = VaultWatch(vault, worker: worker, counters: Counters()) {
            heard.withLock { $0 += 1 }
            moved.ring()
        }
        let shell = try Vault(directory: scratch.path, parameters: cheap)
        try shell.add(operator: "ann", roles: [.observer], password: "correct horse")
        watch.look(at: 1_000)
        moved.wait(milliseconds: 5_000)
        #expect(vault.account("ann") != nil)
        try shell.add(operator: "bob", roles: [.observer], password: "correct horse")
        watch.look(at: 1_000 + Limits.App.vaultLookMicroseconds - 1)
        worker.close()
        #expect(vault.account("bob") == nil)
        #expect(heard.withLock { $0 } == 1)
    }
}

@Suite struct `Attempts to sign in` {
    @Test func `come back one by one`() {
        let attempts = Attempts(.init(attempts: 2, microseconds: 10_000_000))
        #expect(attempts.begin("a", at: 1_000_000) == 0)
        #expect(attempts.begin("a", at: 1_000_000) == 0)
        #expect(attempts.begin("a", at: 1_000_000) == 10)
        #expect(attempts.begin("a", at: 6_000_000) == 5)
        #expect(attempts.begin("a", at: 11_000_000) == 0)
        #expect(attempts.begin("a", at: 11_000_000) == 10)
        #expect(attempts.begin("a", at: 1_000_000_000) == 0)
    }

    @Test func `that succeed do not count`() {
        let attempts = Attempts(.init(attempts: 1, microseconds: 10_000_000))
        for _ in 0..<5 {
            #expect(attempts.begin("a", at: 0) == 0)
            attempts.succeed("a")
        }
    }
}

@Suite struct `The worker` {
    @Test func `does its jobs in order, and refuses what does not fit`() async throws {
        let worker = try Worker()
        let gate = try Bell()
        let (done, began) = (Guarded<[Int]>([]), try Bell())
        #expect(
            worker.submit {
                began.ring()
                gate.wait(milliseconds: 10_000)
            })
        began.wait(milliseconds: 10_000)
        for job in 0..<Limits.App.workerQueueMaximum {
            #expect(worker.submit { done.withLock { $0.append(job) } })
        }
        #expect(!worker.submit {})
        await #expect {
            try await worker.run { 1 }
        } throws: { error in
            let error = error as? APIError
            return error?.status == .unavailable
                && error?.headers.contains { $0.name == "retry-after" } ?? false
        }
        gate.ring()
        worker.close()
        #expect(done.withLock { $0 } == Array(0..<Limits.App.workerQueueMaximum))
        #expect(!worker.submit {}, "a closed worker takes nothing")
    }
}
