module github.com/voltgrid/energy/services/meter

go 1.21

require (
	github.com/gin-gonic/gin v1.9.1
	github.com/pressly/goose/v3 v3.20.0
	github.com/jmoiron/sqlx v1.3.5
)
