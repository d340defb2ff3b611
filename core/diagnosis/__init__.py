"""Why a run went wrong, from what a debugger could see of it: no TensorFlow, no bug's name."""
