# make run      serve the news wiki          make test     run every test on SQLite and PostgreSQL
# make install  the environment alone        make check    style, types, templates, migrations, imports
# make bench    measure imports, related events, pages and saves on both engines, CORPUS=path
# make messages bring the catalogues under locale/ up to date with the words of the pages
# make pictures takes the pictures of the documents anew
# make audit    let Lighthouse look at the main pages, CORPUS=path; needs npm and Chromium
# make fuzz     feed every reader what nobody thought of, SECONDS each

.DEFAULT_GOAL := run
.PHONY: run install test check fixture fuzz bench pictures audit messages
.DELETE_ON_ERROR:

BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
ENGINES := sqlite postgresql
LIGHTHOUSE := var/lighthouse/node_modules/.bin/lighthouse

run: install
	@$(BIN)/python manage.py prepare
	@exec $(BIN)/python manage.py serve --work

install: .venv/installed

test: .venv/installed-dev
	@status=0; for engine in $(ENGINES); do \
		echo "The tests on $$engine:"; \
		TEST_ENGINE=$$engine $(BIN)/pytest -n 2 --dist worksteal || status=1; \
	done; exit $$status

# fixtures/seed.json anew, where the three seed documents are at hand (fixtures/README.md).
fixture: .venv/installed-dev
	WRITE_FIXTURE=1 $(BIN)/pytest -q tests/events/test_fixture.py -k imported_and_filed

# docs/benchmarks.md anew; a quarter of an hour for a hundred thousand events.
bench: $(if $(CORPUS),.venv/installed-dev)
	@$(if $(CORPUS),,echo "Say what to load: make bench CORPUS=path/to/events.jsonl.gz" >&2; exit 2)
	@$(BIN)/python -m tests.benchmark "$(CORPUS)"

# docs/audit.md anew.
audit: $(if $(CORPUS),.venv/installed-dev $(LIGHTHOUSE))
	@$(if $(CORPUS),,echo "Say what to load: make audit CORPUS=path/to/events.jsonl.gz" >&2; exit 2)
	@$(BIN)/python -m tests.audit --lighthouse $(LIGHTHOUSE) "$(CORPUS)"

$(LIGHTHOUSE):
	@echo "Installing Lighthouse …"
	@npm install --silent --no-save --no-package-lock --prefix var/lighthouse lighthouse@12.8.2

messages: .venv/installed-dev
	@$(BIN)/python -m tests.messages

# The pictures in docs/, from the seed and a situation that is made up: tests/pictures; NAME=desk takes one.
pictures: .venv/installed-dev
	@$(BIN)/python -m tests.pictures $(NAME)

fuzz: .venv/installed-dev
	@$(PIP) -r requirements-fuzz.txt
	@status=0; for reader in $(or $(READER),$$($(BIN)/python -m tests.fuzz 2>/dev/null)); do \
		nice $(BIN)/python -m tests.fuzz $$reader $(or $(SECONDS),60) || status=1; \
	done; exit $$status

check: .venv/installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	find templates -name '*.html' -exec $(BIN)/djade --check --target-version 5.2 {} +
	for engine in $(ENGINES); do \
		TEST_ENGINE=$$engine $(BIN)/python manage.py makemigrations --check --settings tests.settings || exit 1; \
	done
	$(BIN)/lint-imports --no-logo

.venv/installed: requirements.txt | $(BIN)/python
	@echo "Installing what the site needs …"
	@$(PIP) -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt | .venv/installed
	@echo "Installing what the tests need …"
	@$(PIP) -r requirements-dev.txt
	@touch $@

# The first Python that is new enough and can make an environment; `make PYTHON=…` chooses another.
$(BIN)/python:
	@for python in $(or $(PYTHON),python3.11 python3.12 python3.13 python3.14 python3); do \
		if $$python -c 'import ensurepip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
			echo "Creating .venv with $$python …"; exec $$python -m venv .venv; \
		fi; \
	done; \
	echo "Newsroom needs Python 3.11 or newer with its venv module; none was found." >&2; exit 1
