"""Python's pools of processes, doing on command what the Go contenders do.

Arguments: ProcessPoolExecutor or multiprocessing.Pool, and the number of workers.
Reads lines "N command [arguments]" from standard input, does the work N times, and
answers each with a line.
"""

import multiprocessing
import os
import sys
from collections import deque
from concurrent.futures import ProcessPoolExecutor

CHUNK = 100


def square(n):
    if n < 0:
        raise ValueError("negative")
    return n * n


def echo(payload):
    return payload


def check(good):
    if not good:
        raise AssertionError("wrong result")


class Executor:
    """ProcessPoolExecutor."""

    def __init__(self, workers, method=None):
        context = multiprocessing.get_context(method)
        self.pool = ProcessPoolExecutor(workers, mp_context=context)

    def submit(self, function, argument):
        return self.pool.submit(function, argument).result

    def call(self, function, argument):
        return self.pool.submit(function, argument).result()

    def map(self, function, items):
        return self.pool.map(function, items, chunksize=CHUNK)

    def close(self):
        self.pool.shutdown()


class Pool:
    """multiprocessing.Pool."""

    def __init__(self, workers):
        self.pool = multiprocessing.Pool(workers)

    def submit(self, function, argument):
        return self.pool.apply_async(function, (argument,)).get

    def call(self, function, argument):
        return self.pool.apply(function, (argument,))

    def map(self, function, items):
        return self.pool.imap(function, items, chunksize=CHUNK)

    def close(self):
        self.pool.close()
        self.pool.join()


class Bench:
    """The works, one method each."""

    def __init__(self, pool, workers):
        self.pool, self.started = pool, []
        self.workers = workers

    def call(self, times):
        for n in range(times):
            check(self.pool.call(square, n) == n * n)

    def window(self, times, size, calls):
        for _ in range(times):
            outstanding, first = deque(), 0
            for n in range(int(calls)):
                if n >= int(size):
                    check(outstanding.popleft()() == first * first)
                    first += 1
                outstanding.append(self.pool.submit(square, n))
            for n, result in enumerate(outstanding, first):
                check(result() == n * n)

    def map(self, times, items):
        for _ in range(times):
            for n, squared in enumerate(self.pool.map(square, range(int(items)))):
                check(squared == n * n)

    def echo(self, times, size):
        payload = bytes(int(size))
        for _ in range(times):
            check(len(self.pool.call(echo, payload)) == len(payload))

    def start(self, times, method):
        for _ in range(times):
            pool = Executor(self.workers, method)
            self.started.append(pool)
            check(pool.call(square, 7) == 49)

    def start_close(self, times, method):
        for _ in range(times):
            self.start(1, method)
            self.close(1)

    def close(self, _):
        for pool in self.started:
            pool.close()
        self.started.clear()

    def pid(self, _):
        return self.pool.call(os_pid, None)


def os_pid(_):
    return os.getpid()


def main():
    name, workers = sys.argv[1], int(sys.argv[2])
    kinds = {"ProcessPoolExecutor": Executor, "multiprocessing.Pool": Pool}
    bench = Bench(kinds[name](workers), workers)
    try:
        for line in sys.stdin:
            times, command, *arguments = line.split()
            answer = getattr(bench, command.replace("-", "_"))(int(times), *arguments)
            print(answer or "done", flush=True)
    finally:
        bench.pool.close()
        os.remove(__file__)


if __name__ == "__main__":
    main()
