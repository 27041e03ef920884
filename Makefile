# `make run` brings the server up, `make test` runs everything that a change can break. Both install what they need.

CARGO ?= cargo
PYTHON ?= python3

.PHONY: run build test test-rust test-sdk lint licences bench bench-quick help

help:
	@echo "make run          build and start the server on http://127.0.0.1:8080, data in ./halftone-data"
	@echo "make build        build the release binary"
	@echo "make test         every test: Rust (SQLite and PostgreSQL), the real SDKs, the benchmark's own"
	@echo "make lint         formatting and lints, warnings are errors"
	@echo "make licences     every dependency has a licence that deny.toml allows"
	@echo "make bench        speed, quality and bytes beside other servers (make bench-quick: one short round)"

run: build
	$(CARGO) run --release --quiet --bin halftone -- serve

build:
	tools/needs build
	$(CARGO) build --release --bin halftone

test: test-rust test-sdk
	$(PYTHON) -B -m unittest discover -s bench/tests

test-rust:
	tools/needs build test
	tests/postgres $(CARGO) test --workspace

# Against the debug binary. Built together with the tests, so that cargo chooses the same features of the dependencies
# as for them, and compiles nothing a second time.
test-sdk:
	tools/needs build test
	$(CARGO) build --workspace --bins --tests
	HALFTONE_BIN="$$($(CARGO) metadata --no-deps --format-version 1 | $(PYTHON) -c 'import json, sys; print(json.load(sys.stdin)["target_directory"])')/debug/halftone" tests/sdk/run

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- --deny warnings

licences:
	tools/needs test
	tools/licences

bench: build
	bench/setup
	bench/run

bench-quick: build
	bench/setup
	bench/run --quick
