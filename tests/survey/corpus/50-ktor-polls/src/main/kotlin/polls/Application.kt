package polls

import io.ktor.http.HttpStatusCode
import io.ktor.server.application.Application
import io.ktor.server.application.call
import io.ktor.server.application.install
import io.ktor.server.plugins.statuspages.StatusPages
import io.ktor.server.response.respondText
import org.slf4j.LoggerFactory

private val log = LoggerFactory.getLogger("polls")

fun Application.module() {
    install(StatusPages) {
        exception<PollClosedException> { call, cause ->
            log.info("refused: {}", cause.message)
            call.respondText(cause.message.orEmpty(), status = HttpStatusCode.Conflict)
        }
    }
    pollRoutes()
}
