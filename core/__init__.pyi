from .script.read import read_script as read_script
