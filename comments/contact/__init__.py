"""Writing to the coach without a thread: by a form that shows nobody's address."""
