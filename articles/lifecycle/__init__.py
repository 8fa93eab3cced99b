"""The life of an article: what is typed and not saved, what was saved, and when it is read."""
