"""The mathematics of one step: a network's guess, its loss, the gradient and the update."""
