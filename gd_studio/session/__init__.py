"""What runs in time: the document, the worker thread and the frames it makes (QtCore only)."""
