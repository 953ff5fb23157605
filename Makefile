# Ventanilla: see README.md. Needs Go, gcc and, for the live console, node with npm.
export GOFLAGS := -tags=sqlite_fts5 -buildvcs=false
export CGO_ENABLED := 1
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
VENDOR := tickets/console/static/vendor/htmx.min.js
FUZZTIME ?= 30

.PHONY: build run demo test bench gallery lint fuzz soak tools peers clean

build: tools $(VENDOR) ## the program, in bin/ventanilla
	@echo "Building (the first time takes a minute or two: SQLite is compiled)…"
	go build -ldflags "-X main.version=$(VERSION)" -o bin/ventanilla ./cmd/ventanilla

run: build ## real use, on the embedded defaults (./data) or on ventanilla.toml
	bin/ventanilla run

demo: build ## a working day played on loopback, then the desk stays open
	bin/ventanilla demo

test: tools peers $(VENDOR) ## everything, against real peers; what fails on a loaded machine runs again alone, and is told
	go vet ./...
	go tool gotestsum --format standard-quiet --rerun-fails=2 --rerun-fails-max-failures=4 --rerun-fails-abort-on-data-race --packages ./... -- -timeout 25m

bench: build peers ## one JSON line per figure, each beside its rival or limit
	go run ./cmd/bench

gallery: tools peers $(VENDOR) ## the pictures of docs/galeria, anew, from the demo's day in Chromium
	GALLERY=$(CURDIR)/docs/galeria go test ./cmd/ventanilla/demo ./tickets/console -run '^TestGallery$$' -count=1 -timeout 10m

lint: tools
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "run gofmt -w on the files above"; exit 1; }
	go vet ./...

fuzz: tools ## every fuzz target for FUZZTIME seconds each
	@.ci/soak $(FUZZTIME)

soak: tools ## two hours of WhatsApp's bad weather in five minutes; an hour of fuzzing in all, which goes on where it stopped
	go test -tags sqlite_fts5,soak -run '^TestSoak' -timeout 20m ./channels/whatsapp
	@.ci/soak

tools:
	@command -v go >/dev/null || { echo "missing: Go 1.26 or newer (https://go.dev/dl)"; exit 1; }
	@command -v gcc >/dev/null || { echo "missing: gcc, for SQLite (Debian: apt-get install gcc libc6-dev)"; exit 1; }

$(VENDOR): tickets/console/package-lock.json
	@if command -v npm >/dev/null; then cd tickets/console && npm ci --silent --no-audit --no-fund && npm run --silent vendor; \
	else echo "npm not found: the console is built without live updates and works as plain pages"; fi

peers:
	@.ci/peers

clean:
	rm -rf bin
