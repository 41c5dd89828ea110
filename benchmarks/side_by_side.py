"""What every benchmark here needs: one core, contenders in turn, a table."""

import os
import statistics
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS"):
    os.environ.setdefault(_name, "1")


def one_core():
    """Keep this process on one core, the last, where the system can."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})


def measure(contenders, rounds=9, clock=time.perf_counter, least_s=0):
    """Times of contenders that take turns, so that a busy moment hits them alike.

    Parameters
    ----------
    contenders : dict of name to (function, count)
        ``function()`` does ``count`` pieces of work.
    rounds : int
    clock : function
        ``time.process_time`` counts processor seconds, which other work does not lengthen.
    least_s : float
        A turn calls a function again until it has taken so long, as in use, where the memory and
        the caches are those of the call before.

    Returns
    -------
    dict of name to (best_ms, median_ms) for one piece
    """
    for function, _ in contenders.values():
        function()
    times = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, (function, count) in contenders.items():
            start, calls = clock(), 0
            while not calls or clock() - start < least_s:
                function()
                calls += 1
            times[name].append((clock() - start) / (count * calls) * 1e3)
    return {name: (min(t), statistics.median(t)) for name, t in times.items()}


def table(title, times, against):
    """Print times as a Markdown table, with how many times faster than each ``against`` is."""
    print(f"\n{title}\n\n| | best, ms | median, ms | of {against} |\n|---|---|---|---|")
    for name, (best, median) in times.items():
        ratio = median / times[against][1]
        print(f"| {name} | {best:.4g} | {median:.4g} | {ratio:.3g} |", flush=True)


def have(name):
    """The module, or None after saying that its rows are not run."""
    try:
        return __import__(name)
    except Exception as error:
        print(f"{name}: not run ({type(error).__name__}: {error})")
        return None
