"""Python's ThreadPoolExecutor, doing on command what the Go contenders do.

Reads lines "latency N" or "burst N" from standard input, does the work N times,
and answers each with a line.
"""

import sys
from concurrent.futures import ThreadPoolExecutor

WORKERS = 8
OUTSTANDING = 1000


def square(n):
    if n < 0:
        raise ValueError("negative")
    return n * n


def latency(executor, times):
    for n in range(times):
        if executor.submit(square, n).result() != n * n:
            raise AssertionError("wrong result")


def burst(executor, times):
    for _ in range(times):
        futures = [executor.submit(square, n) for n in range(OUTSTANDING)]
        for n, future in enumerate(futures):
            if future.result() != n * n:
                raise AssertionError("wrong result")


def main():
    works = {"latency": latency, "burst": burst}
    with ThreadPoolExecutor(max_workers=WORKERS) as executor:
        for line in sys.stdin:
            name, times = line.split()
            works[name](executor, int(times))
            print("done", flush=True)


main()
