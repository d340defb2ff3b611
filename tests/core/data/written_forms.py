"""Tables written as something else, in the forms in which people paste them, with what is right."""

from tests.core.data.forms import Form, counted, lines

WRITTEN: dict[str, Form] = {
    "LaTeX, of pandas": Form(
        lines(r"\begin{tabular}{lrr}", r"\toprule", r" & x & y \\", r"\midrule")
        + counted(r"{i} & {j} & {f:.2f} \\")
        + lines(r"\bottomrule", r"\end{tabular}"),
        ["index", "x", "y"],
        [1, 4, 0.62],
        8,
        "\t",
    ),
    "LaTeX, with rules, formulas and spans": Form(
        lines(
            r"\begin{table}[h]\centering % wide",
            r"\begin{tabular}{|l|*{3}{c|}} \hline",
            r"\multicolumn{2}{|c|}{\textbf{Flat}} & Loss & Price (\%) \\[2pt] \hline",
            r"north & \num{1{,}200} & $2.5 \times 10^{-3}$ & $-4.5$ \\ \hline",
            r"south & \num{1{,}350} & $1.5 \times 10^{-3}$ & 5.5 \\ \hline",
            r"east & 980 & $3 \cdot 10^{-2}$ & 6 \\ \hline",
            r"\end{tabular}\caption{Flats}\end{table}",
        ),
        ["Flat", "column 2", "Loss", "Price (%)"],
        ["north", 1200, 0.0025, -4.5],
        3,
        "\t",
    ),
    "SQL, a dump of two tables": Form(
        lines(
            "-- MySQL dump",
            "DROP TABLE IF EXISTS `t`;",
            "CREATE TABLE `t` (",
            "  `id` int NOT NULL,",
            "  `name` varchar(20),",
            "  `x` double,",
            "  PRIMARY KEY (`id`)",
            ");",
            "INSERT INTO `t` VALUES (1,'a, (b)',2.5),(2,'O''Hara',NULL),",
            r"(3,'it\'s',4.5);",
            "INSERT INTO `t` VALUES (4,'d',ROUND(5.5));",
            "INSERT INTO `u` VALUES (1);",
        ),
        ["id", "name", "x"],
        [1, "a, (b)", 2.5],
        4,
        "\t",
    ),
    "SQL, all rows in one long line": Form(
        "INSERT INTO `t` (`x`, `y`) VALUES " + counted("({i},{f:.2f})", 6000, ",") + "(7,8.5);",
        ["x", "y"],
        [1, 0.62],
        6001,
        "\t",
    ),
    "SQL, a statement for each row": Form(
        counted("insert into houses (x, y) values ({i}, {f:.2f});"), ["x", "y"], [1, 0.62], 8, "\t"
    ),
    "R, dput": Form(
        "structure(list(x = c(1, 2, 3, 4), `the y` = c(2.5, 3.5, NA, 5.5), g = structure(c(1L,\n"
        '2L, 1L, 2L), levels = c("a", "b, c"), class = "factor"), n = 1:4), class = "data.frame", '
        "row.names = c(NA, -4L))\n",
        ["x", "the y", "g", "n"],
        [1, 2.5, "a", 1],
        4,
        "\t",
    ),
    "R, data.frame": Form(
        'd <- data.frame(x = c(1.5, 2.5, 3.5),\n  name = c("a", "b", "c"))\n',
        ["x", "name"],
        [1.5, "a"],
        3,
        "\t",
    ),
    "LIBSVM": Form(
        counted("{g:.2f} 1:{f:.2f} 3:{i} # row") + "4.5 2:7\n",
        ["target", "x1", "x2", "x3"],
        [15.61, 0.62, 0, 1],
        9,
        "\t",
    ),
    "names beside values": Form(
        counted("step={i}, loss = {f:.2f} kind={w}"),
        ["step", "loss", "kind"],
        [1, 0.62, "b"],
        8,
        "\t",
    ),
    "HTML, exported for a spreadsheet": Form(
        "<html><body><table><tr><td>menu</td></tr></table><table border=1>"
        "<tr><th colspan=2>Flat &amp; floor</th><th>price<br>in €</th></tr>"
        + counted("<tr><td>flat {w}<td>{i}</td><td> {f:.2f} </td></tr>")
        + "</table></body></html>",
        ["Flat floor", "Flat floor (2)", "price in €"],
        ["flat b", 1, 0.62],
        8,
        "\t",
    ),
    "NumPy, as it shows an array": Form(
        lines("array([[1. , 2.5, nan],", "       [3. , 4. , 5. ],")
        + lines("       [5. , 6.5, 9. ]], dtype=float32)"),
        ["column 1", "column 2", "column 3"],
        [1, 2.5, float("nan")],
        3,
        None,
    ),
    "NumPy, as it prints an array": Form(
        "[[ 1.    2.5 -3. ]\n [ 3.    4.   5. ]\n [ 5.e+2 6.5  9. ]]\n",
        ["column 1", "column 2", "column 3"],
        [1, 2.5, -3],
        3,
        None,
    ),
    "Python, tuples": Form(
        "[(1, 'a', 2.5), (2, 'b', None), (3, 'c', np.float64(5.0))]\n",
        ["column 1", "column 2", "column 3"],
        [1, "a", 2.5],
        3,
        None,
    ),
    "Python, df.to_dict()": Form(
        "{'x': {0: 1, 1: 2, 2: 4}, 'y': {0: 2.5, 1: nan, 2: 4.5}}\n", ["x", "y"], [1, 2.5], 3, None
    ),
    "Python, lists with names": Form(
        "import numpy as np\n\nX = np.array([[1, 5], [2, 6], [3, 8]])\ny = [2.5, 3.5,\n     4.5]\n",
        ["X 1", "X 2", "y"],
        [1, 5, 2.5],
        3,
        None,
    ),
    "JSON, as Python writes it": Form(
        '[{"x": NaN, "y": 1.5}, {"x": 2, "y": Infinity}, {"x": 3, "y": 4}]',
        ["x", "y"],
        [float("nan"), 1.5],
        3,
        None,
    ),
    "JSON, records within records": Form(
        '{"status": "ok", "result": {"n": 2, "items": [{"id": 1, "at": {"x": 1.5, "y": 2}}, '
        '{"id": 2, "at": {"x": 2.5, "y": 3}}]}}',
        ["id", "at.x", "at.y"],
        [1, 1.5, 2],
        2,
        None,
    ),
    "GeoJSON": Form(
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"mag": 4.5, '
        '"depth": 10}, "geometry": {"type": "Point", "coordinates": [1, 2]}}, {"type": "Feature", '
        '"properties": {"mag": 5.5, "depth": 20}, "geometry": null}]}',
        ["mag", "depth"],
        [4.5, 10],
        2,
        None,
    ),
    "MATLAB": Form(
        "X = [\n  1 2.5\n  4 5\n  7 8.5\n];\ny = [1; 2; 3.5];\n",
        ["X 1", "X 2", "y"],
        [1, 2.5, 1],
        3,
        None,
    ),
    "Mathematica, or C": Form(
        "{{1, 2.5}, {2, 3.5}, {3, 5.5}}\n", ["column 1", "column 2"], [1, 2.5], 3, None
    ),
}
