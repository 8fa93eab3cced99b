"""Nothing of a reader's log is in the admin, on purpose.

Walks and knee readings are health data. The coach sees those a reader shares, where the reader
shared them, and nobody else browses them: not by being staff, and not by being a superuser.
"""
