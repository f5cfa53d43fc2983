"""The cards beside the plots: data, model, training, and inside this step."""
