import Testing
import Wire

@testable import APIServer

@Suite struct `The router` {
    private let router = Router([
        .of(.get, "/a", .open { _ in .text(200, "") }),
        .of(.post, "/a", .open { _ in .text(200, "") }),
        .of(.get, "/a/{id}", .open { _ in .text(200, "") }),
        .of(.get, "/a/{id}/b/{other}", .open { _ in .text(200, "") }),
        .of(.get, "/{any}/fixed", .open { _ in .text(200, "") }),
        .of(.get, "/a/fixed", .open { _ in .text(200, "") }),
    ])

    private func find(_ method: Wire.Method, _ path: String) -> String {
        switch router.find(method, Array(path.utf8)[...]) {
        case .endpoint(let place, let parameters):
            ([router.endpoints[place].method.name.description, router.endpoints[place].path]
                + parameters.map { "\($0)=\($1)" })
                .joined(separator: " ")
        case .otherMethods(let allow): "allow \(allow)"
        case .badParameter(let name): "bad \(name)"
        case .nothing: "nothing"
        }
    }

    @Test(arguments: [
        (Wire.Method.get, "/a", "GET /a"), (.post, "/a", "POST /a"), (.head, "/a", "GET /a"),
        (.delete, "/a", "allow GET, HEAD, POST, OPTIONS"),
        (.get, "/a/1", "GET /a/{id} id=1"), (.get, "/a/fixed", "GET /a/fixed"),
        (.get, "/x/fixed", "GET /{any}/fixed any=x"),
        (.get, "/a/1/b/2%203", "GET /a/{id}/b/{other} id=1 other=2 3"),
        (.get, "/a/%4", "bad id"), (.get, "/a/", "nothing"), (.get, "/a/1/b/", "nothing"),
        (.get, "/a/1/b/2/", "nothing"), (.get, "/A", "nothing"), (.get, "", "nothing"),
        (.get, "a", "nothing"), (.post, "/a/1", "allow GET, HEAD, OPTIONS"),
    ])
    func `finds by method and path`(method: Wire.Method, path: String, found: String) {
        #expect(find(method, path) == found)
    }
}
