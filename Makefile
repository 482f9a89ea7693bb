# One command per wish. `make` alone lists them.

.DEFAULT_GOAL := help
SHELL := /bin/sh
sources := Package.swift Sources Tests Benchmarks
swift := swift
release := .build/release/titan

help:  ## this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t14

run: release console  ## the whole desk in paper mode on 127.0.0.1:8080
	@exec scripts/run.sh $(FLAGS)

test: tools testtools console  ## every test, once; ends with one line of totals
	@scripts/test.sh

check: lint test  ## everything that must pass before a commit

build: tools  ## the program, with debug checks
	@$(swift) build

release: tools  ## the program, optimised
	@$(swift) build -c release --product titan

console: tools  ## the console's assets, type-checked and bundled
	@scripts/packages.sh console
	@web-static/build.sh

campaign: tools testtools  ## long seeded campaigns on release builds; writes docs/campaigns
	@scripts/campaign.sh

soak: tools testtools  ## hours of load, kills and halts
	@scripts/soak.sh
	@CAMPAIGN_SCALE=soak scripts/campaign.sh

fuzz: tools  ## the parsers, each for FUZZ_SECONDS with the fuzzer and the address sanitizer
	@scripts/fuzz.sh

bench: release  ## the figures of Benchmarks/README.md
	@Benchmarks/run.sh

golden: tools  ## accept the current output as the golden files; then read the diff
	@GOLDEN=update $(swift) test --disable-xctest
	@git diff --stat -- '*Golden*' openapi

lint:  ## style, without changing anything
	@$(swift) format lint --strict --recursive --parallel Package.swift Sources Tests

format:  ## style, in place
	@$(swift) format --in-place --recursive --parallel Package.swift Sources Tests

sanitize: tools  ## the tests again, under the address and the thread sanitizer
	@SWIFT_BACKTRACE=enable=no $(swift) test --disable-xctest --sanitize=address --scratch-path .build-address
	@SWIFT_BACKTRACE=enable=no $(swift) test --disable-xctest --sanitize=thread --scratch-path .build-thread

tools:
	@scripts/toolchain.sh
	@scripts/packages.sh build

testtools:
	@scripts/packages.sh test

.PHONY: help run test check build release console campaign soak fuzz bench golden lint format sanitize tools testtools
