"""What a script makes of a file's rows and columns is followed, or marked: never overlooked."""

import pytest

from core.script.read import read_script
from core.script.result import ScriptReading

FIT = (
    "from keras import Sequential\nfrom keras.layers import Dense\nimport numpy as np\n"
    "import pandas as pd\ndf = pd.read_csv('a.csv')\n{}\nm = Sequential([Dense(1)])\n"
    "m.compile('sgd', 'mse')\nm.fit(X, y, epochs=5)"
)
XY = "\nX = df[['a', 'b']]\ny = df['t']"
SCALED = {  # and by which scaling features and target are
    "df = (df - df.mean()) / df.std()" + XY: "standard standard",
    "df = df.apply(lambda c: (c - c.min()) / (c.max() - c.min()))" + XY: "minmax minmax",
    XY + "\nX = (X - X.mean()) / X.std()": "standard none",
    XY + "\nX = X.apply(lambda c: (c - c.mean()) / c.std())": "standard none",
    "for c in ['a', 'b']:\n    df[c] = (df[c] - df[c].mean()) / df[c].std()" + XY: "standard none",
    "s = df.describe().T\ndf = (df - s['mean']) / s['std']" + XY: "standard standard",
    "from sklearn.preprocessing import MinMaxScaler\n"
    "df[['a', 'b']] = MinMaxScaler().fit_transform(df[['a', 'b']])" + XY: "minmax none",
    "df['t'] = (df['t'] - df['t'].mean()) / df['t'].std()" + XY: "none standard",
    XY: "none none",
}
MARKED = {
    "only some columns are scaled": "df['a'] = (df['a'] - df['a'].mean()) / df['a'].std()" + XY,
    "a logarithm": "df['t'] = np.log(df['t'])" + XY,
    "a column of its own": "df['b'] = df['a'] / df['c']" + XY,
    "words for numbers": "df['b'] = df['b'].map({'no': 0, 'yes': 1})" + XY,
    "the first rows": "df = df.head(100)" + XY,
    "rows by a condition": "df = df[df['t'] > 0]" + XY,
    "rows by number": "df = df[:200]" + XY,
    "rows of arrays": "X = df[['a', 'b']].values[:-20]\ny = df['t'].values[:-20]",
    "rows by position": "X = df.iloc[:50, :2].values\ny = df.iloc[:50, 2].values",
    "no doubles": "df.drop_duplicates(inplace=True)" + XY,
    "other missing values": "df = df.fillna(0)" + XY,
    "a thousandth": "df = df / 1000" + XY,
    "rows that are set, by a condition": "df.loc[df['t'] > 3, 't'] = 0.0" + XY,
    "rows that are set, by position": "df.iloc[2:5, 0] = 1.0" + XY,
    "a row that is set": "df.loc[3] = 0.0" + XY,
    "a single number that is set": "df.at[3, 't'] = 5.0" + XY,
    "a column that is set by its name": "df.t = df.t / 10" + XY,
    "a table that is changed in place": "df.where(df > 0, 1.0, inplace=True)" + XY,
    "other names": "df.columns = ['a', 'b', 't']" + XY,
    "a limit that may lie beyond": "df['t'] = df['t'].clip(0, 1e9)" + XY,
    "signs that may be lost": "df['t'] = np.abs(df['t'])" + XY,
    **{
        f"in an array, {change}": f"X, y = df[['a', 'b']].values, df['t'].values\n{change}"
        for change in ("X[X > 2] = 0.0", "y[3] = 100.0", "X[:, 0] /= 10")
    },
}


def reading(body: str) -> ScriptReading:
    return read_script(FIT.format(body))


@pytest.mark.parametrize("body", SCALED)
def test_scaling_of_a_table_is_followed_column_by_column(body):
    found = reading(body)
    scaling = found.spec.scaling
    assert f"{scaling.features} {scaling.target}" == SCALED[body]
    assert found.marked == ()
    assert found.needs is not None
    assert (found.needs.features, found.needs.target) == (("a", "b"), "t")


@pytest.mark.parametrize("name", MARKED)
def test_rows_and_columns_that_the_file_does_not_have_are_marked(name):
    assert any(knob.startswith("data.") for knob in reading(MARKED[name]).marked)


@pytest.mark.parametrize(
    "left_out", ["del df['c']", "df.pop('c')", "df.drop(columns=['c'], inplace=True)"]
)
def test_a_column_that_is_taken_out_of_the_table_itself_is_no_feature(left_out):
    found = reading(f"{left_out}\nX = df.drop(columns='t')\ny = df['t']")
    assert found.needs is not None
    assert (found.needs.without, found.needs.target, found.marked) == (("c",), "t", ())


def test_a_part_that_is_held_out_and_a_column_by_its_name_are_no_changes():
    found = reading(
        "train = df.sample(frac=0.8)\nt = df.drop(train.index)\nX, y = train[['a']], train.t"
    )
    assert found.marked == ()
    assert found.spec.data.validation_fraction == pytest.approx(0.2)
    assert found.needs is not None
    assert (found.needs.features, found.needs.target) == (("a",), "t")


LOOP = (
    "from keras import Sequential\nfrom keras.layers import Dense\nimport numpy as np\n"
    "from keras.optimizers import SGD\nx = np.arange(40.0)\ny = 2 * x + 1\n{}"
)
MODEL = "m = Sequential([Dense(1)])\nm.compile('sgd', 'mse')\n"
LOOPS = {  # and epochs, batch size and what is marked
    MODEL + "for e in range(30):\n    m.fit(x, y, verbose=0)\n    print(e)": (30, 32, ()),
    MODEL + "for e in range(300):\n    c = m.train_on_batch(x, y)": (300, None, ()),
    MODEL + "for e in range(9):\n    for i in range(0, 40, 8):\n"
    "        m.train_on_batch(x[i:i + 8], y[i:i + 8])": (
        1, None, ("data.source", "training.batch_size", "training.epochs"),
    ),
    "for k in range(3):\n    m = Sequential([Dense(1)])\n    m.compile('sgd', 'mse')\n"
    "    m.fit(x, y, epochs=5)": (5, 32, ()),
    "for r in [0.1, 0.01]:\n    m = Sequential([Dense(1)])\n    m.compile(SGD(r), 'mse')\n"
    "    m.fit(x, y, epochs=5)": (5, 32, ("optimizer.learning_rate",)),
    "m = Sequential([Dense(1)])\nfor k in range(3):\n    m.compile('sgd', 'mse')\n"
    "    m.fit(x, y, epochs=5)": (5, 32, ("training.epochs",)),
}  # fmt: skip


@pytest.mark.parametrize("body", LOOPS)
def test_fit_in_a_loop_is_more_epochs_only_where_it_goes_on_with_the_same(body):
    found = read_script(LOOP.format(body))
    training = found.spec.training
    assert (training.epochs, training.batch_size, found.marked) == LOOPS[body]


def test_a_loop_that_may_be_left_before_is_marked():
    text = LOOP.format(
        "w = 0.0\nfor i in range(90):\n    g = np.mean((w * x - y) * x)\n    w -= 0.001 * g\n    {}"
    )
    assert read_script(text.format("pass")).marked == ()
    assert read_script(text.format("if abs(g) < 1e-3: break")).marked == ("training.epochs",)


def test_a_train_step_of_the_models_own_says_its_loss_or_is_marked():
    text = (
        "import numpy as np, keras\nimport tensorflow as tf\nx = np.arange(30.0).reshape(-1, 1)\n"
        "y = 2 * x\nclass M(keras.Model):\n    def train_step(self, data):\n        x, y = data\n"
        "        with tf.GradientTape() as t:\n            p = self(x, training=True)\n"
        "            loss = {}\n        g = t.gradient(loss, self.trainable_variables)\n"
        "        self.optimizer.apply_gradients(zip({}, self.trainable_variables))\n"
        "        return {{'loss': loss}}\n"
        "i = keras.Input((1,))\nm = M(i, keras.layers.Dense(1)(i))\n"
        "m.compile(keras.optimizers.Adam(0.01), loss='mae')\nm.fit(x, y)"
    )
    plain = read_script(text.format("self.compute_loss(y=y, y_pred=p)", "g"))
    assert (plain.spec.loss.key, plain.marked) == ("mae", ())
    own = read_script(text.format("tf.reduce_mean(tf.square(y - p))", "g"))
    assert (own.spec.loss.key, own.marked) == ("mse", ())
    turned = read_script(text.format("tf.reduce_mean(tf.square(y - p))", "[-v for v in g]"))
    assert {"loss.key", "optimizer.key"} <= set(turned.marked)
