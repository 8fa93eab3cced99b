"""What articles tell the apps that build on them."""

from django.dispatch import Signal

# Sent by the worker, once in an article's life, within two seconds of the moment from which the
# public may read it; with `article`. In the transaction that notes it: a receiver that raises is
# asked again, and what it writes is written once. An article that is imported as read before, or
# taken back and published anew, is not told of.
became_public = Signal()
