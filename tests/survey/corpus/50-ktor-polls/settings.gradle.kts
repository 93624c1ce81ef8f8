rootProject.name = "polls"
