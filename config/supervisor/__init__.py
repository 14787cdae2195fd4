"""Runs all of Drumbeat on one machine: a database, a broker, and the processes, under one roof.

`bin/run` starts it as `python -m config.supervisor`; tests start the same parts by themselves.
Nothing here imports Django, so that it is up before the rest is.
"""
