import KnitCore
import Vapor

func routes(_ app: Application) throws {
    app.get("patterns") { _ in ["cable", "moss"] }

    app.get("patterns", ":name") { req async throws -> String in
        guard let name = req.parameters.get("name") else { throw Abort(.badRequest) }
        return name
    }

    app.post("patterns") { req async throws -> HTTPStatus in
        _ = try req.content.decode([String].self)
        return .created
    }
}
