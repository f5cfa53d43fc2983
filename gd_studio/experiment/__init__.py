"""What is saved and run: an Experiment, and a Run that can go to any of its moments again."""
