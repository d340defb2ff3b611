from .doctor.callback import Doctor as Doctor
from .doctor.errors import DoctorError as DoctorError
from .doctor.examine import examine as examine
from .doctor.examine_step import examine_step as examine_step
from .script.read import read_script as read_script
