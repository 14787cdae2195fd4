.PHONY: run test soak lock

run:
	@bin/run

test:
	@bin/test

soak:
	@bin/soak $(ARGS)

lock:
	@bin/lock
