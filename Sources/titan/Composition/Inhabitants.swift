import Crypto
import Domain
import Engine
import Platform

/// Everybody on the bus but the engine, as the settings want them.
struct Inhabitants {
    let settings: Settings
    let policy: Policy
    let key: SigningKey
    /// When the market and the phases begin.
    let start: Timestamp
    /// How often the paper venue tells its books. Microseconds.
    var snapshotInterval: Int64 = 2_000_000
    /// Into how many tickers a replayed minute is expanded.
    var ticksPerBar: Int64 = 20
    /// How often the phases of the desk send a signal, on average. Microseconds.
    var signalInterval: Int64 = 300_000

    /// The bars of a replayed market; `nil` when the market is another.
    static func bars(_ settings: Settings) throws(StartError) -> [Bar]? {
        guard case .replay(let file) = settings.market else { return nil }
        do { return try BarFile.read(file) } catch { throw StartError("market: \(error)") }
    }

    /// In the order in which they act at one time: market, phases, venue.
    func make(bars: [Bar]?, store: (any VenueStore)?) throws(StartError) -> [any Participant] {
        var all: [any Participant] = market(bars)
        if settings.hasSimulatedPhases {
            all += phases()
        }
        if let store { all.append(try venue(store)) }
        return all
    }

    private func market(_ bars: [Bar]?) -> [any Participant] {
        if let bars {
            var options = BarReplay.Options()
            (options.seed, options.start) = (settings.seed, start)
            options.ticksPerBar = ticksPerBar
            return [BarReplay(bars, options: options)]
        }
        if settings.market == .external { return [] }
        return [
            SyntheticMarket(symbols: policy.symbolWhitelist, seed: settings.seed, start: start)
        ]
    }

    private func phases() -> [any Participant] {
        var options = Phase.Options(symbols: policy.symbolWhitelist, start: start)
        (options.seed, options.interval) = (settings.seed, signalInterval)
        return Phase.desk(options)
    }

    private func venue(_ store: any VenueStore) throws(StartError) -> PaperVenue {
        var configuration = VenueConfiguration(
            symbols: policy.symbolWhitelist, keys: [key], policy: AcceptedPolicy(policy.hash))
        (configuration.cash, configuration.seed) = (settings.cash, settings.seed)
        configuration.snapshotInterval = snapshotInterval
        do { configuration.faults = try VenueFaults(settings.venueFaults) } catch {
            throw StartError("\(error)")
        }
        do { return try PaperVenue(configuration, store: store, start: start) } catch {
            throw StartError("\(error)")
        }
    }
}
