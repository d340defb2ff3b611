"""The closed lists: what of Python and its libraries is read; all else is said to be unknown."""


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# NumPy's functions and methods
UNARY = words(
    """
    abs absolute arctan ceil cos cosh degrees exp expm1 fabs floor isfinite isinf isnan log log10
    log1p log2 negative radians reciprocal rint sign sin sinh sqrt square tan tanh
    """
)
BINARY = words(
    """
    add divide greater greater_equal less less_equal maximum minimum mod multiply power subtract
    true_divide
    """
)
BENDING = words(  # what shows a number's sign, size or limit
    """
    abs absolute clip cosh fabs greater greater_equal less less_equal maximum minimum sign tanh
    """
)
ALONG = words(
    """
    all amax amin any argmax argmin argsort around average clip cumprod cumsum diff max mean median
    min nanmean nanstd percentile prod ptp quantile round sort std sum unique var
    """
)
JOINING = words(
    """
    append column_stack concatenate delete hstack insert row_stack stack vstack
    """
)
SHAPING = words(
    """
    allclose array_equal array_split ascontiguousarray atleast_1d atleast_2d copy count_nonzero
    expand_dims flip flipud isclose logical_and logical_not logical_or moveaxis ndim nonzero
    polyval ravel reshape shape size squeeze swapaxes transpose where
    """
)
PRODUCTS = words(
    """
    dot inner matmul outer vdot
    """
)
LIKE = words(
    """
    empty_like full_like ones_like zeros_like
    """
)
ARRAY_METHODS = words(
    """
    all any argmax argmin argsort astype clip copy cumsum dot flatten item max mean min prod ptp
    ravel repeat reshape round squeeze std sum swapaxes tolist transpose var
    """
)
ARRAY_PROPERTIES = words(
    """
    T flat ndim real shape size values
    """
)
ARRAY_OPTIONS = words(
    """
    M N a a_max a_min arr axes axis b base copy ddof decimals dtype endpoint fill_value k keepdims
    m n newshape num obj object order repeats reps retstep shape start step stop v values x x1 x2 y
    """
)

# Python's own
BUILTINS = words(
    """
    Exception ValueError abs all any bool callable classmethod dict divmod enumerate exit float
    getattr hasattr input int isinstance iter len list map max min next object open pow print
    property range reversed round set sorted staticmethod str sum super tuple type vars xrange
    zip
    """
)

# libraries and functions that say nothing about a run, and those of `math`
HARMLESS = words(
    """
    IPython csv datetime gc google graphviz io json logging matplotlib mpl_toolkits os pathlib
    pickle plotly pprint pydot seaborn statsmodels sys tabulate time warnings
    """
)
MATH_FUNCTIONS = words(
    """
    ceil cos exp fabs floor log log10 log2 pow sin sqrt tan tanh
    """
)
QUIET_TF = words(
    """
    ConfigProto Coordinator FileWriter Print Saver clear_session disable_eager_execution
    disable_v2_behavior
    enable_debug_mode enable_eager_execution enable_v2_behavior global_variables_initializer
    histogram initialize_all_variables list_physical_devices local_variables_initializer merge_all
    plot_model print reset_default_graph run_functions_eagerly scalar set_floatx set_random_seed
    set_seed set_verbosity start_queue_runners to_categorical
    """
)

# methods of Keras' objects that change nothing here
QUIET_METHODS = words(
    """
    assign build close compute_metrics count_params evaluate evaluate_generator get_config
    get_layer get_weights join plot predict predict_on_batch request_stop reset_metrics
    reset_state reset_states result save save_weights summary to_json update_state watch
    """
)

# what reads a file, and what leaves a table as it is
READERS = words(
    """
    genfromtxt loadtxt read_csv read_excel read_fwf read_json read_parquet read_table
    """
)
SAME_TABLE = words(
    """
    astype convert_dtypes copy dropna infer_objects reset_index select_dtypes sort_index sort_values
    """
)
FEWER_ROWS = words(
    """
    drop_duplicates head nlargest nsmallest query
    """
)

# what is usually meant by a name where an import is missing
USUAL = {
    "np": "numpy", "numpy": "numpy", "pd": "pandas", "plt": "matplotlib.pyplot",
    "tf": "tensorflow", "keras": "keras", "layers": "keras.layers", "math": "math",
    "optimizers": "keras.optimizers", "Sequential": "keras.Sequential", "Model": "keras.Model",
    **{name: f"keras.layers.{name}" for name in words("Dense Input Flatten Activation")},
    **{name: f"keras.optimizers.{name}" for name in words("SGD Adam RMSprop Adagrad Nadam")},
    "train_test_split": "sklearn.model_selection.train_test_split",
    "StandardScaler": "sklearn.preprocessing.StandardScaler",
    "MinMaxScaler": "sklearn.preprocessing.MinMaxScaler",
}  # fmt: skip
