"""Replies by mail: read (`parse.py`), cut to what the person wrote (`quotes.py`), judged and posted
(`receive.py`), out of a mailbox (`mailbox.py`) or a pipe (`manage.py receive_mail`)."""
