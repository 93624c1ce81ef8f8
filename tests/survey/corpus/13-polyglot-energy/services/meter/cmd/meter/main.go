package main

import (
	"log"
	"os"

	"github.com/voltgrid/energy/services/meter/internal/api"
)

func main() {
	if err := api.Engine().Run(":" + os.Getenv("PORT")); err != nil {
		log.Fatal(err)
	}
}
