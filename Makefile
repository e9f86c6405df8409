SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# Builds each module as its importers build it.
export GOWORK := off

# The newer of the two supported releases of Go; go.mod names the older one, with which everything else runs.
NEWER_GO ?= go1.27.3

# A number of runs, or a time such as 10m. go test occasionally reports the end of a time as a failure.
FUZZTIME ?= 5000x
COUNT ?= 10
LINT := go tool -modfile=$(CURDIR)/tools/go.mod golangci-lint

# Modules that are compiled at the same time compile what they share once each, so that is done one module after another.
COMPILE_TESTS := scripts/modules.sh --no-browser go list -race -test -export -deps ./... >/dev/null

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: test
test: ## Run the quick tests, with the race detector and in random order
	@command -v redis-server >/dev/null || echo "there is no redis-server in the PATH: dingtalkredis is tested with an imitation"
	@command -v initdb /usr/lib/postgresql/*/bin/initdb >/dev/null || echo "there is no PostgreSQL: dingtalkpg is not tested"
	$(COMPILE_TESTS)
	scripts/modules.sh --no-browser --together go test -race -short -shuffle=on -vet=off ./...

# The tests that -short skips start processes, take real time, read large organizations or try every case.
.PHONY: test-full
test-full: ## Run the tests that -short skips or shortens, in random order, with the race detector where they are concurrent
	$(COMPILE_TESTS)
	scripts/modules.sh --no-browser --together "$(CURDIR)/scripts/test-full.sh"

# CHROMIUM is the path of a browser that is not in the PATH.
.PHONY: test-browser
test-browser: ## Test the emulator's pages and examples/login in headless Chromium
	cd internal/browsertest && go test -count=1 -timeout 5m -args -chromium="$(CHROMIUM)"

.PHONY: screenshots
screenshots: ## Retake the pictures in docs/images, with headless Chromium
	cd internal/browsertest && go test -count=1 -run '^TestConsole_Screenshots$$' -args -chromium="$(CHROMIUM)" -update

# Allocations are not exact with the race detector.
.PHONY: cost
cost: ## Hold the allocations of calls against those of net/http by hand, and of the emulator when it is watched
	go test -count=1 -run '^TestCost_' -v ./internal/e2e ./internal/emulator

.PHONY: newer-go
newer-go: export GOTOOLCHAIN := $(NEWER_GO)
newer-go: ## Run the quick tests of the packages that are imported, all of the client and provision, and cost with the newer Go
	scripts/newer-go.sh

.PHONY: platforms
platforms: ## Vet all modules for Linux, macOS and Windows on other processors, and run quick tests on 32-bit Linux
	scripts/platforms.sh

.PHONY: check
check: test test-full cost newer-go platforms test-browser lint fuzz examples release-check node-stream generated tidied licenses vulnerabilities ## Run everything CI runs

.PHONY: race
race: ## Run all tests COUNT (10) times, to find flaky ones
	scripts/modules.sh --no-browser go test -race -shuffle=on -timeout 2h -count=$(COUNT) ./...

.PHONY: fuzz
fuzz: ## Run each fuzz target FUZZTIME (5000x) times, or for a time (10m)
	scripts/modules.sh --no-browser "$(CURDIR)/scripts/fuzz.sh" $(FUZZTIME)

# A failing seed is printed; SEED=… replays it.
SEED ?= $(shell date +%s)
OPS ?= 200000

.PHONY: soak
soak: ## Run the model test for OPS (200000) operations of SEED, under each kind of fault
	go test -timeout 60m -run '^TestModel_HoldsUnderRandomFaults$$' -v ./internal/e2e -args -soak.seed=$(SEED) -soak.ops=$(OPS)

# CHANGES is how many changes of users, departments and roles the history check of the mirror makes at least.
CHANGES ?= 1000000

.PHONY: mirror-soak
mirror-soak: ## Check all that a mirror shows over CHANGES (1000000) changes from SEED on, under every disturbance
	GOGC=400 go test -count=1 -timeout 120m -run '^TestHistory_HoldsUnderEveryDisturbance$$' -v ./mirror -args -mirror.seed=$(SEED) -mirror.changes=$(CHANGES)

# KILLS is how often each store's writing process is killed.
KILLS ?= 500

.PHONY: mirror-kill
mirror-kill: ## Kill processes that write to the stores of mirrors, KILLS (500) times each, and PostgreSQL itself, and cut the power
	cd dingtalkbolt && go test -count=1 -timeout 60m -run 'Killed|PowerCut' -v . -args -kills=$(KILLS)
	cd dingtalkpg && go test -count=1 -timeout 60m -run Killed -v . -args -kills=$(KILLS) -server-kills=20

# Together they take a quarter of an hour of CPU time. In their virtual time only one thing happens at once, so one processor
# is enough, and on a busy machine it is faster.
SCALE := GOMAXPROCS=1 go test -count=1 -timeout 120m -v ./internal/scale

.PHONY: mirror-scale
mirror-scale: ## Check a mirror of 5,000 departments and 100,000 people that change, in storms, and over a whole day
	cd dingtalkbolt && $(SCALE) -run DuringTheScan -args -scale.departments=5000 -scale.people=100000
	cd dingtalkbolt && $(SCALE) -run Storms -args -scale.departments=1000 -scale.people=20000
	cd dingtalkbolt && $(SCALE) -run Day -args -scale.departments=100 -scale.people=1000 -scale.time=24h

.PHONY: bench-mirror
bench-mirror: ## Compare a mirror with three usual ways to keep a copy, over a day, as in docs/performance.md
	cd dingtalkbolt && $(SCALE) -run Comparison -args -scale.departments=500 -scale.people=10000 -scale.time=24h

# FAULTS is how often the process of the fleet that leads is killed or paused.
FAULTS ?= 100

.PHONY: mirror-fleet
mirror-fleet: ## Kill and pause the leader of four processes with a mirror in PostgreSQL, FAULTS (100) times, while people change
	cd dingtalkpg && go test -count=1 -timeout 60m -run '^TestFleet_IsExactWhateverBecomesOfTheLeader$$' -v . -args -fleet-faults=$(FAULTS)

.PHONY: walk
walk: ## Measure the time and memory of reading organizations of 5,000 departments and 10,000 to 100,000 people
	go test -count=1 -run '^TestWalk_Table$$' -v ./internal/e2e -args -walk.table
	for users in 10000 50000 100000; do \
		go test -count=1 -run '^TestWalk_ReadsALargeOrganizationExactly$$' -v ./internal/e2e -args -walk.departments=5000 -walk.users=$$users; \
	done

.PHONY: overload
overload: ## Load the emulator with 256 callers for a minute, with the race detector
	go test -race -timeout 10m -run '^TestServer_UnderOverload$$' -v ./dingtalktest -args -overload.time=60s

# FLEETTIME is the time for which each fleet is measured.
.PHONY: bench-pace
bench-pace: ## Measure how close one process and fleets come to the rate limit, as in docs/performance.md
	scripts/bench-pace.sh

.PHONY: bench-calls
bench-calls: ## Count the calls of whole reads, and what 200 clients take, as in docs/performance.md
	cd bench && go test -count=1 -run '^Test(Calls|Clients)_Table$$' -v -timeout 60m . -args -calls.table -calls.csv=results/calls.csv
	cd bench && go run ./charts

# ROUNDS is the number of measurements of each client, and ONLY the title of the only table. GOEXPERIMENT=jsonv2 measures all with the newer encoding/json.
ROUNDS ?= 11

.PHONY: bench
bench: ## Measure the client beside other Go clients, in ROUNDS (11) rounds, and print the ratios
	@cd bench && go run . -rounds=$(ROUNDS) -results="$(if $(ONLY),,results)" -only="$(ONLY)" && go run ./charts

.PHONY: soak-bench
soak-bench: ## Measure the growth of the cost of a call with goroutines, and over a million calls
	@cd bench && go run . -soak -rounds=$(ROUNDS)

.PHONY: bench-stream
bench-stream: ## Measure the receiver of events beside the vendor's, as in docs/performance.md
	scripts/bench-stream.sh

.PHONY: lint
lint: ## Run gofmt, staticcheck and the other linters of .golangci.yml
	$(LINT) version
	scripts/modules.sh $(LINT) run ./...

.PHONY: build
build: ## Compile everything
	scripts/modules.sh go build -o /dev/null ./...

.PHONY: vet
vet: ## Run go vet
	scripts/modules.sh go vet ./...

.PHONY: fmt
fmt: ## Format all Go files
	gofmt -s -w .

.PHONY: cover
cover: ## Write coverage.out and print the total
	go test -coverpkg=./... -coverprofile=coverage.out ./... && go tool cover -func=coverage.out | tail -n 1

.PHONY: examples
examples: ## Run every example program, and the command, on the built-in emulator
	scripts/examples.sh

.PHONY: node-stream
node-stream: ## Receive an event of dingtalk emulator with the npm package dingtalk-stream
	scripts/node-stream.sh

.PHONY: emulator
emulator: ## Serve the emulator on a local port
	go run -C cmd/dingtalk . emulator

.PHONY: generate
generate: ## Regenerate generated files
	scripts/modules.sh go generate ./...

.PHONY: generated
generated: ## Fail if a generated file is out of date
	scripts/generated.sh

.PHONY: licenses
licenses: ## List the licenses of the modules that ours are built with, and fail on one that is not permissive
	scripts/licenses.sh

# The database of known vulnerabilities is on the network.
.PHONY: vulnerabilities
vulnerabilities: ## Look for known vulnerabilities in what is called, where the database can be reached
	scripts/vulnerabilities.sh

# VERSION is by default v0.1.0, or the patch after the last release.
.PHONY: release-check
release-check: ## Release VERSION in a clone, and import and install its modules as a stranger does
	scripts/release-check.sh $(VERSION)

.PHONY: tidy
tidy: ## Tidy every go.mod
	scripts/modules.sh --tools go mod tidy

.PHONY: tidied
tidied: ## Fail if a go.mod is not tidy
	scripts/modules.sh --tools go mod tidy -diff
