import Domain

/// One commit block with everything that waits for it.
struct WriterBlock: Sendable {
    private(set) var records: [[UInt8]] = []
    private(set) var orders: [OrderEffect] = []
    private(set) var stops: [StopTicket] = []
    private(set) var publications: [Publication] = []
    private(set) var tokens: [AckToken] = []
    private(set) var answers: [(Receipt?, @Sendable (Result<Receipt, EngineError>) -> Void)] = []
    var view: EngineView?

    mutating func add(_ output: StepOutput, from item: Item) {
        records += output.records.map(\.bytes)
        for effect in output.effects {
            switch effect {
            case .order(let order): orders.append(order)
            case .stop(let stop): stops.append(StopTicket(stop))
            case .publish(let publication): publications.append(publication)
            }
        }
        if let token = item.token { tokens.append(token) }
        if let answer = item.answer { answers.append((output.receipt, answer)) }
    }
}

/// Where effects go once their records are durable: dispatcher, bus, callers, screens.
struct Outlet: Sendable {
    let dispatcher: Dispatcher
    let bus: any Bus
    let events: Events
    let publish: @Sendable (EngineView?) -> Void
    let announce: @Sendable ([Publication]) -> Void

    func expect(_ stops: [StopTicket]) { dispatcher.expect(stops) }

    /// The block is durable. Called on the journal's thread: nothing here waits.
    func release(_ block: WriterBlock) {
        dispatcher.release(stops: block.stops)
        dispatcher.release(block.orders, block.publications.flatMap(events.messages))
        for token in block.tokens { bus.acknowledge(token) }
        publish(block.view)
        announce(block.publications)
        for (receipt, answer) in block.answers {
            answer(receipt.map(Result.success) ?? .failure(.stopping))
        }
    }

    /// The block never will be: its orders stay here, its callers are told.
    func refuse(_ block: WriterBlock, _ error: EngineError) {
        for (_, answer) in block.answers { answer(.failure(error)) }
    }
}
