"""What both benchmarks may be told."""

from argparse import ArgumentParser, Namespace


def arguments(program: str, about: str | None, runs: int, seed: int) -> Namespace:
    """The words of the command line: `runs`, `seed`, `jobs` and `show`.

    Args:
        program: The module's name.
        about: Its docstring.
        runs, seed: What is meant where nothing is said.
    """
    parser = ArgumentParser(f"python -m {program}", description=about)
    parser.add_argument("--runs", type=int, default=runs, help="about how many runs")
    parser.add_argument("--seed", type=int, default=seed, help="of the benchmark")
    parser.add_argument("--jobs", type=int, default=1, help="processes at once, of `people` alone")
    parser.add_argument("--show", action="store_true", help="print each wrong diagnosis")
    return parser.parse_args()
