"""Windows beside the main one: they ask, show and return; none of them changes the run."""
