public import Crypto

/// What one input led to.
public struct StepOutput: Sendable {
    /// The input first, then what followed from it. The first one's sequence is `firstSequence`.
    public internal(set) var records: [Record] = []
    public internal(set) var firstSequence: UInt64 = 0
    public internal(set) var effects: [Effect] = []
    /// The answer to an operator's command.
    public internal(set) var receipt: Receipt?
}

extension State {
    /// Takes in one input at its time and says what follows. A function of its arguments: no clock,
    /// no randomness, no I/O.
    public mutating func step(_ entry: Entry, under policy: Policy, hash: Digest256) -> StepOutput {
        // Consumed, not copied: a copy would cost every array in it.
        var step = Step(state: consume self, policy: policy, policyHash: hash)
        step.take(entry)
        self = step.state
        return step.output
    }
}

/// One step in the making: the state, and what it has led to so far.
struct Step {
    var state: State
    let policy: Policy
    let policyHash: Digest256
    var output = StepOutput()
    /// Never decreases, whatever the input says.
    var now: Timestamp { state.time }

    init(state: consuming State, policy: Policy, policyHash: Digest256) {
        (self.state, self.policy, self.policyHash) = (state, policy, policyHash)
    }

    mutating func take(_ entry: Entry) {
        state.time = max(state.time, entry.time)
        record(.entry(entry))
        output.firstSequence = state.sequence
        if case .started(let started) = entry.input { start(started) }
        obeyHalt(entry.haltEpoch)
        let before = state.truth.score
        perform(entry.input)
        watch(previousTruth: before)
    }

    /// Appends a record under the next sequence.
    mutating func record(_ record: Record) {
        state.sequence += 1
        output.records.append(record)
    }

    /// The trace of a record: derived, so that replay finds the same.
    func traceId(_ sequence: UInt64) -> String {
        let seed = state.started.traceSeed.bytes
        let digest = SHA256.hash(seed + String(sequence).utf8)
        return Hex.text(digest.bytes.prefix(16))
    }

    private mutating func perform(_ input: Input) {
        switch input {
        case .started: break
        case .tick: tick()
        case .quote(let input): quote(input)
        case .signal(let signal): decide(signal)
        case .fill(let fill): book(fill)
        case .report(let report): take(report)
        case .snapshot(let snapshot): reconcile(snapshot)
        case .command(let command): obey(command)
        case .dispatched(let dispatched): take(dispatched)
        case .clockAnomaly(let anomaly): doubt(anomaly)
        case .stoppedBeforeDurable, .checkpoint: break
        }
    }

    /// A process took over: what it was not there to see is not known.
    private mutating func start(_ started: Started) {
        let first = state.started.desk.isEmpty
        state.started = started
        if first {
            state.armed = started.armed
            (state.books.cash, state.books.dayStart) = (started.cash, started.cash)
            (state.books.equityHigh, state.books.day) = (started.cash, now.day)
            state.breaker.since = now
        } else if started.mode != .paper {
            state.armed = false
        }
        let symbols = policy.symbolWhitelist.count
        while state.books.positions.count < symbols { state.books.positions.append(Position()) }
        // The last prices stay as marks; their age keeps the gate from trading on them.
        while state.books.quotes.count < symbols { state.books.quotes.append(Quote()) }
        state.truth.forget()
        state.breaker.haltEpoch = started.haltEpoch
        doubtOrders()
        if !started.haltReason.isEmpty {
            restate(Breaker.Cause(code: "unsafe_start", reason: started.haltReason))
        } else if state.breaker.state == .halted {
            announceHalt(state.breaker.reason)
        }
    }

    /// Whether orders and cancels left before the process died is not known. An order is never sent
    /// again; a cancel is.
    private mutating func doubtOrders() {
        for index in state.books.orders.indices {
            if state.books.orders[index].state == .pending {
                state.books.orders[index].state = .unknown
            }
            state.books.orders[index].withdrawn = false
        }
        if state.flatten.active {
            withdrawAll(reason: "flatten")
        } else if state.breaker.state != .normal {
            withdrawEnlarging(reason: state.breaker.code)
        }
    }

    /// Raised by the loop that took a halt: `step` sees only the value journalled with the input.
    private mutating func obeyHalt(_ epoch: UInt64) {
        guard epoch > state.breaker.haltEpoch else { return }
        state.breaker.haltEpoch = epoch
        halt(Breaker.Cause(code: "halt_raised", reason: "the halt word was raised"))
    }

    /// What must hold after every input, whatever it was.
    private mutating func watch(previousTruth: Int64) {
        if state.books.roll(to: now), state.breaker.code == "daily_loss" {
            // The budget is new; clean evidence may now lead out of DEFENSIVE.
            state.breaker.code = "day_rolled"
        }
        state.truth.fall(at: now)
        let truth = state.truth.score
        if truth != previousTruth {
            var change = TruthRecord()
            (change.previous, change.score) = (previousTruth, truth)
            change.discrepancies = state.truth.discrepancies
            record(.truth(change))
            output.effects.append(.publish(.truth(change)))
        }
        if state.truth.reconciled, truth < policy.truthDefensiveBelow * 100 {
            tighten(.defensive, code: "truth_low", reason: "the truth score is under the limit")
        }
        if state.books.dayLoss >= -policy.maxDailyLoss { state.books.spent = true }
        if state.books.spent {
            tighten(.defensive, code: "daily_loss", reason: "the day's loss budget is used up")
        }
    }
}
