.PHONY: run test soak peers lock

run:
	@bin/run

test:
	@bin/test

soak:
	@bin/soak $(ARGS)

peers:
	@bin/peers $(ARGS)

lock:
	@bin/lock
