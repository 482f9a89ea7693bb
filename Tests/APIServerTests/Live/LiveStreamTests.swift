import APIServer
import Crypto
import Platform
import Testing

@Suite struct `The live stream` {
    private func message(
        _ kind: String, _ topic: String, _ sequence: Int, data: String, second: Int = 2
    ) -> String {
        #"{"data":\#(data),"epoch":7,"kind":"\#(kind)","mode":"paper","seq":\#(sequence),"#
            + #""time":"1970-01-01T00:00:0\#(second).000000Z","topic":"\#(topic)"}"#
    }

    private func subscribe(_ topic: String, after: Int? = nil, epoch: Int = 7) -> String {
        let place = after.map { #","after":{"epoch":\#(epoch),"seq":\#($0)}"# } ?? ""
        return #"{"op":"subscribe","topic":"\#(topic)"\#(place)}"#
    }

    @Test func `begins with how things stand and goes on with what happens`() throws {
        let rig = try ServerRig()
        rig.publish(.truth, #"{"score":99}"#)
        let reader = try rig.reader()
        try reader.say(subscribe("truth"))
        #expect(try reader.frame().text == message("snapshot", "truth", 1, data: #"{"score":99}"#))
        rig.publish(.truth, #"{"score":98}"#, second: 3)
        #expect(
            try reader.frame().text
                == message("snapshot", "truth", 2, data: #"{"score":98}"#, second: 3))

        try reader.say(subscribe("decisions"))
        #expect(
            try reader.frame().text == message("snapshot", "decisions", 0, data: "[]", second: 1))
        rig.publish(.decisions, "1")
        rig.publish(.decisions, "2")
        #expect(try reader.frame().text == message("delta", "decisions", 1, data: "1"))
        #expect(try reader.frame().text == message("delta", "decisions", 2, data: "2"))

        let late = try rig.reader()
        try late.say(subscribe("decisions"))
        #expect(try late.frame().text == message("snapshot", "decisions", 2, data: "[1,2]"))
    }

    @Test func `resumes where a reader left, or says that it cannot`() throws {
        let rig = try ServerRig()
        for number in 1...2_000 { rig.publish(.alerts, "\(number)") }
        let reader = try rig.reader()
        try reader.say(subscribe("alerts", after: 1_997))
        for number in 1_998...2_000 {
            #expect(
                try reader.frame().text == message("delta", "alerts", number, data: "\(number)"))
        }
        for (after, epoch) in [(5, 7), (2_001, 7), (1_999, 6)] {
            try reader.say(subscribe("alerts", after: after, epoch: epoch))
            #expect(
                try reader.frame().text == message("not_recovered", "alerts", 2_000, data: "null"))
            let snapshot = try reader.frame().text
            #expect(snapshot.hasPrefix(#"{"data":[1951,1952,"#))
            #expect(snapshot.contains(#""kind":"snapshot""#))
        }
        try reader.say(subscribe("alerts", after: 976))
        for number in 977...2_000 {
            #expect(
                try reader.frame().text == message("delta", "alerts", number, data: "\(number)"))
        }
    }

    @Test func `leaves a topic that is no longer wanted`() throws {
        let rig = try ServerRig()
        let reader = try rig.reader()
        for topic in ["operator", "alerts"] {
            try reader.say(subscribe(topic))
            _ = try reader.frame()
        }
        try reader.say(#"{"op":"unsubscribe","topic":"operator"}"#)
        try reader.say("{}")
        _ = try reader.frame()
        rig.publish(.operator, "1")
        rig.publish(.alerts, "2")
        #expect(try reader.frame().text == message("delta", "alerts", 1, data: "2"))
    }

    @Test func `answers what it does not understand, and stays`() throws {
        let rig = try ServerRig()
        let reader = try rig.reader()
        for (said, code) in [
            ("{", "bad_json"), ("7", "bad_op"), (#"{"op":"shout"}"#, "bad_op"),
            (#"{"op":"subscribe","topic":"secrets"}"#, "unknown_topic"),
            (#"{"op":"subscribe","topic":"truth","after":{"seq":1}}"#, "bad_after"),
            (#"{"op":"subscribe","topic":"truth","after":{"epoch":-1,"seq":1}}"#, "bad_after"),
        ] {
            try reader.say(said)
            #expect(
                try reader.frame().text.hasPrefix(#"{"code":"\#(code)","kind":"error","message":"#))
        }
        try reader.say("still there?", opcode: 9)
        #expect(try reader.frame() == Client.Frame(opcode: 10, payload: Array("still there?".utf8)))
    }

    @Test func `proves every 64th state with its hash`() throws {
        let rig = try ServerRig()
        let reader = try rig.reader()
        for number in 1...64 { rig.publish(.budgets, "[\(number)]") }
        try reader.say(subscribe("budgets"))
        let hash = SHA256.hash(Array("[64]".utf8)).hex
        #expect(try reader.frame().text.contains(#","hash":"\#(hash)","kind":"#))
        rig.publish(.budgets, "[65]")
        #expect(try !reader.frame().text.contains("hash"))
    }

    @Test func `gives a slow reader the newest state, not every one`() throws {
        let rig = try ServerRig()
        let slow = try rig.reader(receiveBytes: 4_096)
        let quick = try rig.reader()
        let padding = String(repeating: "x", count: 60_000)
        for reader in [slow, quick] {
            try reader.say(subscribe("orders"))
            try reader.say("{}")
            _ = try reader.frame()
        }
        for number in 1...400 {
            rig.publish(.orders, #"["\#(padding)",\#(number)]"#)
            #expect(try quick.frame().text.contains(#"",\#(number)]"#))
        }
        var seen: [Int] = []
        while seen.last != 400 {
            let text = try slow.frame().text
            let number = text.split(separator: #"",""#).first { $0.contains("epoch") }
            _ = number
            seen.append(try #require(Self.number(in: text)))
        }
        #expect(seen == seen.sorted())
        #expect(seen.count < 400)
        #expect(rig.server.count(.conflated) == 400 - UInt64(seen.count))
    }

    @Test func `cuts a reader off that lets events run away from it, and nobody else`() throws {
        let rig = try ServerRig()
        let slow = try rig.reader(receiveBytes: 4_096)
        let quick = try rig.reader()
        let padding = String(repeating: "x", count: 12_000)
        for reader in [slow, quick] {
            try reader.say(subscribe("decisions"))
            _ = try reader.frame()
        }
        for number in 1...3_000 {
            rig.publish(.decisions, #"["\#(padding)",\#(number)]"#)
            #expect(try quick.frame().text.contains(#"",\#(number)]"#))
        }
        var (frame, last) = (try slow.frame(), 0)
        while frame.opcode == 1 {
            let number = try #require(Self.number(in: frame.text))
            #expect(number == last + 1)
            last = number
            frame = try slow.frame()
        }
        #expect(frame.code == 1013)
        #expect(frame.reason.hasPrefix("too slow: decisions is "))
        #expect(rig.server.count(.cutOff) == 1)
    }

    @Test func `cuts a reader off that asks for more than it takes`() throws {
        let rig = try ServerRig()
        let padding = String(repeating: "x", count: 3_000)
        for _ in 1...50 { rig.publish(.decisions, #""\#(padding)""#) }
        let reader = try rig.reader(receiveBytes: 4_096)
        try reader.say(subscribe("decisions"), times: 500)
        var frames: [Client.Frame] = []
        repeat { frames.append(try reader.frame()) } while frames.last?.opcode == 1
        #expect(frames.last?.code == 1008)
        #expect(frames.last?.reason == "asks for more than it takes")
        #expect(frames.count < 20)
    }

    @Test func `answers nothing after its close`() throws {
        let rig = try ServerRig()
        let reader = try rig.reader(token: "ann/observer/1")
        #expect(try reader.frame().code == 4401)
        try reader.say("?", opcode: 9)
        try reader.say("?", opcode: 2)
        try reader.say("{}")
        #expect(try reader.isAtEnd())
    }

    /// The number behind the padding.
    private static func number(in text: String) -> Int? {
        guard let start = text.utf8.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        return Int(text[text.utf8.index(after: start)...].prefix { $0 != "]" })
    }
}
