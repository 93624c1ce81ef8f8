package polls

fun main() {
    listOf("Tea or coffee?", "Bus or bike?").forEach(::println)
}
