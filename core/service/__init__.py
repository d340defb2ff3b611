"""Who trains what, where: runs, their event logs and the workers that train them."""
