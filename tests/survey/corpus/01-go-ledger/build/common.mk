# Shared with the other services of the team.
SHELL := /bin/bash
.DEFAULT_GOAL := help

clean:
	rm -rf bin dist coverage.out
