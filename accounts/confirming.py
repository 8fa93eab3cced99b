"""The page behind the link that confirms an account's address."""

from allauth.account.views import ConfirmEmailView as AllauthView


class ConfirmEmailView(AllauthView):
    """allauth's, but a look signs nobody out: it would whoever opens another account's link, so
    that any reader could send the coach one. The press of the button still does."""

    def logout_other_user(self, confirmation) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


confirm_email = ConfirmEmailView.as_view()
