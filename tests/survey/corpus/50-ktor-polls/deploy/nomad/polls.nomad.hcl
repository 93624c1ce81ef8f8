job "polls" {
  group "web" {
    count = 2
    task "polls" {
      driver = "docker"
      config { image = "polls:latest" }
    }
  }
}
