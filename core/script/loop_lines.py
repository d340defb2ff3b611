"""Where a program says what a loop's numbers are: the lines of weights, steps and rates."""

import ast


def update_line(node: ast.stmt, names: set[str]) -> int:
    """The last line of a loop that changes one of the weights; the loop's own for none."""
    found = [
        statement.lineno
        for statement in ast.walk(node)
        if isinstance(statement, ast.Assign | ast.AugAssign)
        for target in ast.walk(statement)
        if isinstance(getattr(target, "ctx", None), ast.Store)
        and getattr(target, "id", getattr(target, "attr", "")) in names
    ]
    return max(found, default=node.lineno)


def start_line(tree: ast.AST, node: ast.stmt, names: set[str]) -> int:
    """The last line above a loop that lets one of the weights stand for something."""
    lines = [
        part.lineno
        for part in ast.walk(tree)
        if isinstance(part, ast.Name | ast.Attribute)
        and isinstance(part.ctx, ast.Store)
        and getattr(part, "id", getattr(part, "attr", "")) in names
        and part.lineno < node.lineno
    ]
    return max(lines, default=node.lineno)


def line_of_number(tree: ast.AST, name: str, value: float, otherwise: int) -> int:
    """Where a name is given a number: by an assignment, a default, or an argument of a call."""
    for part in ast.walk(tree):
        pairs: list[tuple[str, ast.expr | None]] = []
        if isinstance(part, ast.Assign):
            named = [t for target in part.targets for t in ast.walk(target)]
            keys = [getattr(t, "id", getattr(t, "attr", "")) for t in named]
            values = part.value.elts if isinstance(part.value, ast.Tuple) else [part.value]
            pairs = [(key, given) for key in keys for given in values]
        elif isinstance(part, ast.Call):
            pairs = [(word.arg or "", word.value) for word in part.keywords]
        elif isinstance(part, ast.arguments):
            given = [*part.posonlyargs, *part.args][-len(part.defaults) :] if part.defaults else []
            pairs = [(a.arg, d) for a, d in zip(given, part.defaults, strict=True)]
        for key, given in pairs:
            if key == name and isinstance(given, ast.Constant) and given.value == value:
                return given.lineno
    return otherwise
