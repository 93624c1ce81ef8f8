import KnitCore
import Vapor

let app = try Application(.detect())
defer { app.shutdown() }
app.middleware.use(ErrorMiddleware.default(environment: app.environment))
try routes(app)
try app.run()
