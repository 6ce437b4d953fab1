# What people and CI type. Everything here can be repeated and is fast the second time.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help install demo demo-p2p test lint sanitize bench soak fuzz format clean setup

help:
	@grep -E '^[a-z0-9-]+:.*## ' Makefile | sed -E 's/^([a-z0-9-]+):.*## /  make \1 \t/' | expand -t 18

demo: setup ## build, and serve the example apps on port 7878
	scripts/build release hermes apps
	HERMES_ALLOW_ROOT=1 build/release/hermes run --no-p2p build/release/apps/{board,hello,pulse}

demo-p2p: setup ## build, and run two engines whose boards are one: ports 7878 and 7880
	scripts/build release hermes shared_board_app
	HERMES_ALLOW_ROOT=1 scripts/demo-p2p build/release

PREFIX ?= /usr/local
install: setup ## the program, guest kit, documents and service below PREFIX [/usr/local]
	scripts/build release hermes hermes_component_tool completion
	cmake --install build/release --prefix "$(PREFIX)"

test: export CARGO_PROFILE_DEV_DEBUG = 0
test: ## build everything, and run all tests
	scripts/setup --guests
	scripts/build release all counters fetchers
	scripts/cargo test -p hermes-bindgen -p hermes-component -p hermes-p2p -p hermes-primitives
	scripts/cargo test -p hermes-host --lib --examples
	scripts/cargo check -p hermes-examples
	ctest --test-dir build/release --output-on-failure --parallel 2 --repeat until-pass:2

lint: ## formatting, clang-tidy and clang's warnings, 10 s of each fuzz target
	scripts/setup --lint
	scripts/format --check
	scripts/build release all
	scripts/build asan-ubsan fuzzers header_checks
	scripts/tidy build/release build/asan-ubsan
	scripts/fuzz asan-ubsan 10

sanitize: setup ## the tests under the address, undefined-behaviour and thread sanitizers
	scripts/sanitize

bench: ## how fast, beside wasmtime serve, workerd and plain Rust
	scripts/setup --bench
	scripts/build release
	bench/run

soak: setup ## ten minutes of full load: memory, threads and descriptors stay as they were
	scripts/setup --bench
	scripts/build release hermes apps guests
	bench/soak

fuzz: setup ## each fuzz target for 10 minutes
	scripts/build fuzz fuzzers
	scripts/fuzz fuzz 600

format: setup ## format all sources
	scripts/format

clean: ## remove build/, but no cache
	rm -rf build

setup:
	@scripts/setup
