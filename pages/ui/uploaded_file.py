"""Uploaded files: Streamlit holds them in memory until the tab is closed, this releases them."""

from collections.abc import Iterator

from streamlit.runtime import Runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile


def read_and_release(file: UploadedFile) -> Iterator[bytes]:
    """Yields the bytes of a file as one chunk, then frees the memory of the session's uploads."""
    yield file.getvalue()
    file.close()
    if context := get_script_run_ctx():
        context.uploaded_file_mgr.remove_session_files(context.session_id)


def stored_bytes() -> dict[str, int]:
    """Bytes of the files that Streamlit has in memory, by session; frees those of closed tabs."""
    manager = Runtime.instance().uploaded_file_mgr if Runtime.exists() else None
    if not isinstance(manager, MemoryUploadedFileManager):
        return {}
    for session in [*manager.file_storage]:
        if not Runtime.instance().is_active_session(session):
            manager.remove_session_files(session)
    return {
        session: sum(len(file.data) for file in [*files.values()])
        for session, files in [*manager.file_storage.items()]
    }
