FROM eclipse-temurin:17-jre
COPY out/api.jar /api.jar
ENTRYPOINT ["java", "-jar", "/api.jar"]
