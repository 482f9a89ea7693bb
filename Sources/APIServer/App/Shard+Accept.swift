import Loop
import Platform

extension Shard {
    /// Takes waiting connections in, up to the turn's maximum.
    func acceptConnections() {
        for _ in 0..<Limits.Server.acceptsPerTurn {
            switch listener?.accept() {
            case .connection(let socket): welcome(socket, from: nil)
            case .exhausted: if !turnAway() { return }
            case .some(.none): return
            case nil: return
            }
        }
    }

    /// Takes in what waits on the Unix socket, for whichever shard is next.
    func dealConnections() {
        for _ in 0..<Limits.Server.acceptsPerTurn {
            guard !isStopping, let socket = unixListener?.accept() else { return }
            dealer.deal(socket)
        }
    }

    /// Takes in what this shard was dealt.
    func pickUp() {
        for number in hand.take() {
            welcome(Socket(Descriptor(adopting: number)), from: ProxyTrust.unixPeer)
        }
    }

    private func welcome(_ socket: consuming Socket, from peer: String?) {
        let number = socket.number
        // A full table closes the socket at once: the client learns of it now, not by a timeout.
        guard !connections.isFull else { return counters.add(.refused) }
        let origin = Origin(peer ?? socket.peer, proxies: options.proxies)
        let connection = Connection(socket, origin: origin, now: now)
        if peer == nil, !secure(connection) { return counters.add(.refused) }
        guard let token = connections.insert(connection) else { return counters.add(.refused) }
        connection.token = token
        do {
            try poller.watch(connection: number, as: token)
        } catch {
            connections.remove(token)
            return counters.add(.refused)
        }
        counters.add(.accepted)
        schedule(connection)
    }

    /// No descriptor is left. False when there is nobody to be told, or no way to tell them: then
    /// accepting pauses, because the listener stays ready.
    private func turnAway() -> Bool {
        switch spare.turnAway(from: listener!) {
        case .turnedAway:
            counters.add(.refused)
            return true
        case .nobodyWaits: return false
        case .impossible:
            pauseAccepting()
            return false
        }
    }

    private func pauseAccepting() {
        guard acceptsAgain == nil, let number = listener?.number else { return }
        // A poller that cannot forget the listener goes on waking for it: nothing is lost.
        do { try poller.forget(number) } catch { return }
        acceptsAgain = now + Limits.Server.acceptPauseMicroseconds
    }

    func acceptAgain() {
        guard let moment = acceptsAgain, now >= moment, let number = listener?.number else {
            return
        }
        do {
            try poller.watch(reading: number, as: .listener)
            acceptsAgain = nil
        } catch {
            acceptsAgain = now + Limits.Server.acceptPauseMicroseconds
        }
    }
}
