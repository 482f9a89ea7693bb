import ArgumentParser
import Engine
import Logging
import Loop
import Platform

/// Runs the desk until it is asked to end.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the desk and its server.")

    @OptionGroup var options: SettingsOptions
    @Flag(help: "Take the place of the process that runs on the same data directory.")
    var takeOver = false

    func run() throws {
        let settings = try Settings(options.reader())
        if settings.speed == .max { return try simulate(settings) }
        Signals.block()
        let log = Logger(settings)
        let desk = try RunningDesk(settings, inherited: try inherited(settings), log: log)
        let scheme = settings.tls == nil ? "http" : "https"
        let (address, directory) = (
            "\(scheme)://\(settings.host):\(desk.port)", settings.dataDirectory
        )
        StandardOutput.line(
            "Sign in with the name and the password in \(directory)/first-operator.txt")
        StandardOutput.line("Titan is ready on \(address)")
        while Signals.wait() == .reload { desk.reload() }
        log.info("ending")
        desk.stop()
        log.info("ended; everything is on record")
    }

    /// Listening sockets that are open already: the predecessor's, which then ends, or systemd's.
    private func inherited(_ settings: Settings) throws -> [ListeningDescriptor] {
        guard takeOver else { return ListeningDescriptor.fromSystemd(Environment.all) }
        let directory = settings.dataDirectory
        let taken: [ListeningDescriptor]
        do throws(SystemError) {
            taken = try Handover.take(directory + "/handover.sock")
        } catch {
            throw StartError("--take-over: no titan runs on \(directory): \(error)")
        }
        // It finishes what it has begun; connections wait in the sockets meanwhile.
        do { _ = try JournalFile.lock(directory, tries: Limits.Journal.takeOverTries) } catch {
            throw StartError("--take-over: the predecessor does not end: \(error)")
        }
        return taken
    }

    /// Virtual time: there is nobody to serve, so the desk runs to the end of its market.
    private func simulate(_ settings: Settings) throws {
        guard case .replay = settings.market else {
            throw ValidationError(
                "--speed max needs a market that ends: --market replay:FILE, or use "
                    + "'titan simulate --steps N'")
        }
        try Files.makeDirectory(settings.dataDirectory)
        let lock = try JournalFile.lock(settings.dataDirectory)
        let sink = try JournalFile(directory: settings.dataDirectory, lock: lock) { _, _ in }
        guard sink.opening.nextSequence == 1 else {
            throw StartError(
                "\(settings.dataDirectory) holds a desk already: virtual time needs a new "
                    + "--data-dir")
        }
        let desk = try SimulatedDesk(settings, sink: sink) { StandardOutput.line("note: \($0)") }
        StandardOutput.line(try desk.run().text)
    }
}
