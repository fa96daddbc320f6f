"""The scoreboard's other half: the same accidents in CPython's ProcessPoolExecutor.

    python3 examples/crashbox/scoreboard.py

Each accident happens to two calls among twenty good ones on a pool of two
workers. Printed are, as JSON, how many of the twenty returned within ten
seconds, whether a later call works, and what the first of the two ended with.
"""

import ctypes
import json
import os
import resource
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, TimeoutError, wait


def square(n):
    time.sleep(0.005)
    return n * n


def exception(_):
    raise ValueError("boom")


def leave(_):
    os._exit(3)


def segfault(_):
    ctypes.string_at(0)


def killed(_):
    threading.Timer(0.02, os.kill, (os.getpid(), signal.SIGKILL)).start()
    time.sleep(60)


def spin(_):
    while True:
        pass


def hoard(_):
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


def limit_memory():
    resource.setrlimit(resource.RLIMIT_DATA, (256 << 20, 256 << 20))


ACCIDENTS = [
    ("exception or panic", exception),
    ("exit in a library", leave),
    ("crash in C", segfault),
    ("SIGKILL from outside", killed),
    ("endless loop, limit 500 ms", spin),
    ("out of memory, limit 256 MB", hoard),
]


def score(accident):
    pool = ProcessPoolExecutor(max_workers=2, initializer=limit_memory)
    futures, victims = [], []
    for n in range(20):
        try:
            if n in (3, 6):
                victims.append(pool.submit(accident, n))
            futures.append(pool.submit(square, n))
        except Exception:
            pass
    try:
        outcome = repr(victims[0].result(timeout=0.5 if accident is spin else 10))
    except TimeoutError:
        outcome = "TimeoutError, but it runs on" if victims[0].running() else "TimeoutError"
    except BaseException as e:
        outcome = type(e).__name__
    wait(futures, timeout=10)
    good = sum(1 for f in futures if f.done() and not f.exception())
    try:
        alive = pool.submit(square, 7).result(timeout=5) == 49
    except BaseException:
        alive = False
    for p in list((pool._processes or {}).values()):
        p.kill()
    pool.shutdown(wait=False, cancel_futures=True)
    return {"good": good, "alive": alive, "outcome": outcome}


if __name__ == "__main__":
    for name, accident in ACCIDENTS:
        print(json.dumps({"name": name, **score(accident)}), flush=True)
