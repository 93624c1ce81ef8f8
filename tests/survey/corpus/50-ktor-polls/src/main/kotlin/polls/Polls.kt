package polls

class PollClosedException(id: String) : RuntimeException("poll $id is closed")

object Polls {
    private val closed = setOf("old")

    fun vote(id: String, choice: Int): Int {
        if (id in closed) throw PollClosedException(id)
        return choice
    }
}
