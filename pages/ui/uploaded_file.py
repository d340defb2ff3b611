"""Files that a browser has sent: Streamlit keeps them until the tab is closed, we do not."""

from collections.abc import Iterator

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def emptied(file: UploadedFile) -> Iterator[bytes]:
    """The bytes of a file in one piece; once that is used, the web process has them no more."""
    yield file.getvalue()
    file.close()
    if context := get_script_run_ctx():
        context.uploaded_file_mgr.remove_session_files(context.session_id)
