module fleet.example/services/tracking

go 1.22

require (
	google.golang.org/grpc v1.63.2
	github.com/redis/go-redis/v9 v9.5.1
)
