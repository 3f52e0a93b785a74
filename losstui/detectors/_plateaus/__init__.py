"""Why a flat loss could be lower: what says so of each kind of plateau, one a module, each a `Reason`."""
