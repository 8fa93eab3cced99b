"""How often one person, address or network may write in an hour, and in a day."""

from accounts.allowances import OverLimit, network_of, parse_address

from .models import Allowance

__all__ = ["OverLimit", "network_of", "parse_address"]

# Mails that a guest's word alone sends, so that the site cannot be used to pester a stranger. A
# person asks once or twice, and asks again when a mail does not come.
GUEST_MAILS_PER_ADDRESS = 5
# Someone who finds the site asks all they have in one day; it is also the most that a stranger,
# from however many networks, can have us send to one victim between one morning and the next.
GUEST_MAILS_PER_ADDRESS_A_DAY = 8
# A household, a library or a mobile carrier's corner shares a network; ten is a busy evening.
GUEST_MAILS_PER_NETWORK = 10
# Three such evenings: a clinic's waiting room fits in, a program that feeds us a list does not.
GUEST_MAILS_PER_NETWORK_A_DAY = 30
# Members are known by a confirmed address and can be stopped by name: room for a conversation.
MEMBER_COMMENTS = 20
# Within its quarter of an hour; more is a script.
CHANGES_OF_A_COMMENT = 20
# Presses of "helpful" from one network: someone who reads every thread of an evening.
MARKS_PER_NETWORK = 60
# Reports of one network; a person seldom has more than one.
REPORTS_PER_NETWORK = 10
# A guest whose browser has confirmed the address before: known as well as a member is.
KNOWN_GUEST_COMMENTS = 20

# Mails back to whoever answers by mail what cannot be posted: enough for a person who tries again,
# too few for two programs to talk to each other.
MAILS_BACK = 5
MAILS_BACK_A_DAY = 8
# Messages by the contact form, of one address or one network: whoever has more to say has the
# coach's answer to reply to by then.
MESSAGES = 5
MESSAGES_A_DAY = 15
# Of all together: more than any coach can read, and as much as a flood from everywhere can send.
ALL_MESSAGES = 60
ALL_MESSAGES_A_DAY = 200

# Links to confirm answers by mail with: a coach's long morning.
ANSWERS_TO_CONFIRM = 60


def spend_guest_mail(email: str, ip_address: str | None) -> None:
    """Count one mail to a guest's address. Inside a transaction, which `OverLimit` should undo.

    Raises `OverLimit`. 4 queries at the most.
    """
    Allowance.spend(
        "address", email.lower(), GUEST_MAILS_PER_ADDRESS, a_day=GUEST_MAILS_PER_ADDRESS_A_DAY
    )
    Allowance.spend(
        "network",
        network_of(ip_address),
        GUEST_MAILS_PER_NETWORK,
        a_day=GUEST_MAILS_PER_NETWORK_A_DAY,
    )


def spend_known_guest_comment(email: str) -> None:
    """Count one comment that needs no mail, its address being known. As `spend_guest_mail`."""
    Allowance.spend("known guest", email.lower(), KNOWN_GUEST_COMMENTS)


def spend_member_comment(user_id: int) -> None:
    """Count one comment of a member. As `spend_guest_mail`."""
    Allowance.spend("member", str(user_id), MEMBER_COMMENTS)


def spend_change(comment_id: int) -> None:
    """Count one change of a comment by its writer. As `spend_guest_mail`."""
    Allowance.spend("change", str(comment_id), CHANGES_OF_A_COMMENT)


def spend_solution(nonce: str) -> None:
    """Count a solved challenge, which is good once. As `spend_guest_mail`."""
    Allowance.spend("solution", nonce, 1, a_day=1)


def spend_private_reply(thread_id: int) -> None:
    """Count one reply of the asker in a private thread. As `spend_guest_mail`."""
    Allowance.spend("private", str(thread_id), MEMBER_COMMENTS)


def spend_mail_back(email: str) -> None:
    """Count one mail back to somebody who answered by mail. As `spend_guest_mail`."""
    Allowance.spend("mail back", email.lower(), MAILS_BACK, a_day=MAILS_BACK_A_DAY)


def spend_answer_to_confirm(email: str) -> None:
    """Count one link to a coach whose answer came by mail. As `spend_guest_mail`."""
    Allowance.spend("answer to confirm", email.lower(), ANSWERS_TO_CONFIRM)


def is_new_message(email: str, words: str) -> bool:
    """Whether these words of this sender have not been sent within the day: the button may have
    been pressed twice. Inside the transaction that sends them. 2 queries."""
    try:
        Allowance.spend("message", f"{email.lower()}\n{words}", 1, a_day=1)
    except OverLimit:
        return False
    return True


def spend_message(email: str, ip_address: str | None) -> None:
    """Count one message by the contact form. As `spend_guest_mail`; 6 queries at the most."""
    Allowance.spend("messages of", email.lower(), MESSAGES, a_day=MESSAGES_A_DAY)
    Allowance.spend("messages from", network_of(ip_address), MESSAGES, a_day=MESSAGES_A_DAY)
    Allowance.spend("messages", "all", ALL_MESSAGES, a_day=ALL_MESSAGES_A_DAY)


def spend_mark(ip_address: str | None) -> None:
    """Count one press of "helpful". As `spend_guest_mail`."""
    Allowance.spend("mark", network_of(ip_address), MARKS_PER_NETWORK)


def spend_report(ip_address: str | None) -> None:
    """Count one report. As `spend_guest_mail`."""
    Allowance.spend("report", network_of(ip_address), REPORTS_PER_NETWORK)


def prune() -> None:
    """Forget counters that have been full again for a day."""
    Allowance.prune()
