package polls

import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.StringSpec

class PollsSpec : StringSpec({
    "a closed poll takes no votes" {
        shouldThrow<PollClosedException> { Polls.vote("old", 1) }
    }
})
