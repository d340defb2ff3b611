"""One thread for small algebra: on a busy machine threads of BLAS cost more than they give."""

import warnings
from functools import cache

from threadpoolctl import ThreadpoolController


@cache
def _controller() -> ThreadpoolController:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of two OpenMPs side by side, which is none of our doing
        return ThreadpoolController()


def one_thread():
    """Keeps BLAS to one thread inside; what was set is set again afterwards.

    A table of 100,000 × 50 is folded in 0.05 s of one core; with two threads that wait for each
    other beside another busy process it took 2 to 10 s (measured).
    """
    return _controller().limit(limits=1, user_api="blas")
