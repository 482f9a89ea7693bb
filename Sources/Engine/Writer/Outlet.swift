import Domain
import Platform

/// One commit block with everything that waits for it.
struct WriterBlock: Sendable {
    /// When its orders may no longer leave, in microseconds since boot.
    let ordersExpire = Machine.bootMicroseconds + Limits.Engine.orderAgeMicroseconds
    private(set) var records: [[UInt8]] = []
    private(set) var bytesCount = 0
    private(set) var orders: [OrderedEffect] = []
    private(set) var stops: [StopTicket] = []
    private(set) var publications: [Publication] = []
    private(set) var tokens: [AckToken] = []
    private(set) var answers: [(Receipt?, @Sendable (Result<Receipt, EngineError>) -> Void)] = []
    var view: EngineView?
    /// A state to be kept as a snapshot once this block is durable.
    var snapshot: State?

    mutating func add(_ output: StepOutput, from item: Item) {
        for record in output.records {
            let bytes = record.bytes
            bytesCount += bytes.count
            records.append(bytes)
        }
        for effect in output.effects {
            switch effect {
            case .order(let order): orders.append(.order(order))
            case .open(let state): orders.append(.open(state))
            case .stop(let stop): stops.append(StopTicket(stop))
            case .publish(let publication): publications.append(publication)
            }
        }
        acknowledge(item)
        if let answer = item.answer { answers.append((output.receipt, answer)) }
    }

    /// The bus may forget the message once what is in the journal by then is durable.
    mutating func acknowledge(_ item: Item) {
        if let token = item.token { tokens.append(token) }
    }
}

/// Where effects go once their records are durable: dispatcher, bus, callers, screens.
struct Outlet: Sendable {
    let dispatcher: Dispatcher
    let bus: any Bus
    let board: Board
    let keep: @Sendable (State) -> Void

    func expect(_ stops: [StopTicket]) { dispatcher.expect(stops) }

    /// The block is durable. Called on the journal's thread: nothing here waits.
    func release(_ block: WriterBlock) {
        dispatcher.release(
            block.orders, until: block.ordersExpire, stops: block.stops, block.publications)
        for token in block.tokens { bus.acknowledge(token) }
        board.publish(block.view)
        board.announce(block.publications)
        for (receipt, answer) in block.answers {
            answer(receipt.map(Result.success) ?? .failure(.stopping))
        }
        if let snapshot = block.snapshot { keep(snapshot) }
    }

    /// The block never will be: its orders stay here, its callers are told. Its stops leave when
    /// they have waited long enough.
    func refuse(_ block: WriterBlock, _ error: EngineError) {
        for (_, answer) in block.answers { answer(.failure(error)) }
    }
}
