"""What the mailbox tells those who mail people about other things than comments."""

from django.dispatch import Signal

# Sent for each mail that came to addresses of ours, before it is taken for an answer, with `raw`,
# its bytes; `tokens`, the signed parts of the addresses; and `is_report`, whether it tells what
# became of another mail. A receiver whose address it is deals with it and returns what it was, in
# words for the log that name nobody; else "". What one raises of the database's troubles has the
# mail brought again.
mail_came = Signal()
