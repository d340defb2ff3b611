"""What the library offers by itself."""

import subprocess
import sys

from tests.imports import ROOT


def test_it_imports_no_tensorflow_before_it_is_asked_for_the_doctor():
    code = (
        "import sys, core\n"
        "names = core.examine, core.examine_step, core.DoctorError, core.read_script\n"
        "print([m for m in sys.modules if m in ('tensorflow', 'keras')])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=False)
    assert done.stdout.decode().strip() == "[]", done.stderr.decode()
