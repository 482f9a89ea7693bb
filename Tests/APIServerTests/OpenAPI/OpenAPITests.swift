import Domain
import Engine
import Foundation
import Testing
import Wire

@testable import APIServer

@Suite struct `The OpenAPI document` {
    private let document: OpenAPIDocument
    private let endpoints: [Endpoint]

    init() throws {
        document = try OpenAPIDocument()
        endpoints = try DeskRig(started: false).server.services.endpoints
    }

    @Test func `has every endpoint, in the same order`() {
        #expect(
            document.operations.map { "\($0.method) \($0.path) \($0.operationID)" }
                == endpoints.map { "\($0.method.name) \($0.path) \($0.operationID)" })
    }

    @Test func `says of each what the code says`() {
        for (written, built) in zip(document.operations, endpoints) {
            #expect(written.summary == built.summary, "\(built.operationID)")
            #expect(
                written.statuses == built.answers.map(\.status).sorted(), "\(built.operationID)")
        }
    }

    @Test func `asks for a token where the code does`() {
        for (written, built) in zip(document.operations, endpoints) {
            let isOpen =
                switch built.handler {
                case .open, .openAct: true
                case .view, .act: false
                case .opens(let opening): opening.permission == nil
                }
            #expect(written.isOpen == isOpen, "\(built.operationID)")
        }
    }

    @Test func `names the same words as the rules do`() {
        #expect(document.words["CheckCode"] == Check.allCases.map { "\($0.name)" })
        #expect(document.words["BreakerState"] == BreakerState.allCases.map { "\($0.name)" })
        #expect(document.words["Mode"] == Mode.allCases.map { "\($0.name)" })
        #expect(document.words["Role"] == Role.allCases.map(\.rawValue))
        #expect(document.words["Side"] == Side.allCases.map { "\($0.name)" })
        let later: Set<Topic> = [.quality, .regime, .alerts]
        #expect(
            document.words["Topic"]
                == Topic.allCases.filter { !later.contains($0) }.map(\.name))
    }
}
