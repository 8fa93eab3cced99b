"""The conversation's mails. Each is queued in the transaction of what it tells of."""


def ask_to_confirm(comment, article):
    """Ask a guest to confirm their comment. Never quotes it: the address may be someone else's."""


def tell_of_answer(comment, thread, article):
    """Tell those who follow the thread that the coach has answered."""
