"""Uploaded files: Streamlit holds them in memory until the tab is closed, this releases them."""

from collections.abc import Iterator

from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def read_and_release(file: UploadedFile) -> Iterator[bytes]:
    """Yields the bytes of a file as one chunk, then frees the memory of the session's uploads."""
    yield file.getvalue()
    file.close()
    if context := get_script_run_ctx():
        context.uploaded_file_mgr.remove_session_files(context.session_id)
