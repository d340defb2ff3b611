"""What the doctor says when there is nothing that it could examine."""

from ..errors import InputError


class DoctorError(InputError):
    """Nothing can be said: the message is one clear sentence on what came and what is needed."""
