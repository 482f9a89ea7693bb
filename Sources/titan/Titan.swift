@main struct Titan {
    static func main() {}
}
