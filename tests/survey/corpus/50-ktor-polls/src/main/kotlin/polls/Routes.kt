package polls

import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.call
import io.ktor.server.response.respond
import io.ktor.server.response.respondText
import io.ktor.server.routing.get
import io.ktor.server.routing.post
import io.ktor.server.routing.route
import io.ktor.server.routing.routing

fun Application.pollRoutes() {
    routing {
        get("/ready") { call.respondText("ready") }
        route("/polls") {
            get { call.respondText("[]") }
            get("/{id}") { call.respondText(call.parameters["id"]!!) }
            post("/{id}/votes") {
                Polls.vote(call.parameters["id"]!!, 1)
                call.respond(HttpStatusCode.Created)
            }
        }
    }
}
