"""What a method may say besides the functions of the closed list, and what is said of the rest."""

import ast

BUILTINS = ("abs", "bool", "enumerate", "float", "int", "len", "list", "max", "min", "print")
BUILTINS += ("range", "round", "sum", "tuple", "zip")
OF_TENSORS = {"shape": "", "dtype": "", "ndim": "", "trainable": "", "value": "", "T": ""}
METHODS = {  # of weights, tapes, optimizers, tables and NumPy's arrays, with most arguments
    **dict.fromkeys(("assign", "assign_add", "assign_sub"), 1),
    **{"gradient": 2, "apply": 2, "scale_features": 1},
    **{"copy": 0, "astype": 1, "reshape": 8, "permutation": 1, "standard_normal": 2, "random": 1},
    **{"normal": 3, "uniform": 3, "integers": 3},
    **dict.fromkeys(("mean", "std", "sum", "min", "max", "var"), 1),
}
ATTRIBUTES = {*OF_TENSORS, "learning_rate"}
TABLES = ("x_train", "y_train", "x_val", "y_val", "x_raw_train", "x_raw_val")
MAKERS = ("np.random.default_rng", "keras.initializers.RandomNormal", "tf.print")
MAKERS += ("tf.random_normal_initializer",)
KEYWORDS = {  # of what is no function of `FUNCTIONS`
    "add_weight": ("shape", "initializer", "trainable", "name", "dtype"),
    "keras.initializers.RandomNormal": ("mean", "stddev", "seed"),
    "tf.random_normal_initializer": ("mean", "stddev", "seed"),
    **dict.fromkeys(("zip",), ("strict",)),
    **dict.fromkeys(("sum", "mean", "std", "min", "max", "var"), ("axis", "keepdims")),
    **dict.fromkeys(("normal", "standard_normal", "uniform", "random", "integers"), ("size",)),
    "astype": ("dtype",),
}
NODES = (
    *(ast.Assign, ast.AugAssign, ast.Return, ast.If, ast.For, ast.Pass, ast.Expr),
    *(ast.Name, ast.Constant, ast.Attribute, ast.Call, ast.keyword, ast.Subscript, ast.Slice),
    *(ast.BinOp, ast.UnaryOp, ast.Compare, ast.BoolOp, ast.IfExp, ast.Tuple, ast.List),
    *(ast.ListComp, ast.comprehension, ast.expr_context, ast.boolop, ast.unaryop, ast.cmpop),
    *(ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult),
)
REFUSED = {  # what it is, and what to write instead
    ast.Import: "`import`: ops, tf, np and math are there already",
    ast.ImportFrom: "`import`: ops, tf, np and math are there already",
    ast.FunctionDef: "a function in a function: write its lines where they are needed",
    ast.Lambda: "`lambda`",
    ast.While: "`while`: use `for` over a small range",
    ast.With: "`with`",
    ast.Try: "`try`",
    ast.ClassDef: "`class`",
    ast.JoinedStr: "an f-string: `print(x)` is enough, each line's value is shown anyway",
    ast.NamedExpr: "`:=`: assign on a line of its own",
    ast.DictComp: "a comprehension of this kind",
    ast.SetComp: "a comprehension of this kind",
    ast.GeneratorExp: "a generator: use a list in brackets",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.Starred: "`*`: name each value",
    ast.Raise: "`raise`",
    ast.Assert: "`assert`",
    ast.Delete: "`del`",
    ast.Global: "`global`",
    ast.Await: "`await`",
    ast.Yield: "`yield`",
    ast.YieldFrom: "`yield`",
    ast.Nonlocal: "`nonlocal`",
    ast.AsyncFor: "`async`",
    ast.AsyncWith: "`async`",
    ast.AsyncFunctionDef: "`async`",
    ast.TryStar: "`try`",
    ast.Match: "`match`: use `if`",
    ast.Break: "`break`: give the loop the range that it needs",
    ast.Continue: "`continue`: use `if`",
    ast.AnnAssign: "a name with a type: leave the type out",
    ast.BitAnd: "`&`: use `ops.logical_and`",
    ast.BitOr: "`|`: use `ops.logical_or`",
    ast.BitXor: "`^`: a power is `**`",
    ast.LShift: "`<<`: use `*`",
    ast.RShift: "`>>`: use `//`",
}
ALLOWED = (
    "What may be used: assignments, numbers, arithmetic, comparison, indexing, if, for over a "
    "small range, and functions of keras.ops, tf and np"
)
