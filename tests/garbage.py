"""The garbage collector leaves alone what is there for the whole run.

Modules and some ten thousand tests are millions of objects. They were gone through again and again,
a sixth of the time that a worker spends; and while they are collected nothing of them is garbage.
"""

import gc

import pytest


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection():
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.collect()
        gc.freeze()
