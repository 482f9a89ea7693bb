import APIServer
import ArgumentParser
import Glibc

/// Adds people.
struct UserCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Manages who may sign in.", subcommands: [Add.self])

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add",
            abstract: "Adds an operator; the password is read from standard input.")

        @Argument(help: "The name to sign in with.") var name: String
        @Option(help: "observer, operator, risk_owner or admin; may be given more than once.")
        var role: [String] = ["observer"]
        @OptionGroup var options: SettingsOptions

        func run() throws {
            let settings = try Settings(options.reader())
            var roles: Set<Role> = []
            for text in role {
                guard let role = Role(rawValue: text) else {
                    let names = Role.allCases.map(\.rawValue).joined(separator: ", ")
                    throw ValidationError("role \"\(text)\": expected one of \(names)")
                }
                roles.insert(role)
            }
            guard let password = readLine(), !password.isEmpty else {
                throw ValidationError("a password was expected on standard input")
            }
            let vault = try Vault(directory: settings.dataDirectory, key: settings.vaultKeyGiven)
            try vault.add(operator: name, roles: roles, password: password)
            print("\(name) may sign in as \(role.joined(separator: ", "))")
        }
    }
}
