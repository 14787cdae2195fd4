.PHONY: run test lock

run:
	@bin/run

test:
	@bin/test

lock:
	@bin/lock
