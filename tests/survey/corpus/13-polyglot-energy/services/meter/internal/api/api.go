package api

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
)

var errNoMeter = errors.New("no such meter")

func Engine() *gin.Engine {
	r := gin.New()
	r.Use(gin.Recovery(), failures())
	v1 := r.Group("/v1")
	v1.GET("/meters/:id/readings", readings)
	v1.POST("/meters/:id/readings", push)
	r.GET("/livez", func(c *gin.Context) { c.Status(http.StatusNoContent) })
	return r
}

func failures() gin.HandlerFunc {
	return func(c *gin.Context) {
		c.Next()
		if last := c.Errors.Last(); last != nil && errors.Is(last, errNoMeter) {
			c.JSON(http.StatusNotFound, gin.H{"error": last.Error()})
		}
	}
}

func readings(c *gin.Context) {
	_ = c.Error(fmt.Errorf("meter %s: %w", c.Param("id"), errNoMeter))
}

func push(c *gin.Context) { c.Status(http.StatusAccepted) }
