"""What accounts tells the apps that build on it."""

from django.dispatch import Signal

# Sent in the transaction that erases an account, just before its row goes; with `user`. What the
# account owns goes by cascade. Receivers see to what stays: they make it anonymous, and raise to
# stop the erasure.
account_will_be_erased = Signal()

# Sent in the transaction that gives an account another picture or none; with `user`. Receivers
# see to it that no cache goes on serving the old one.
portrait_changed = Signal()
