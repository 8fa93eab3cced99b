from django.urls import path, register_converter

from . import views


class Key:
    """A row's number. Nine digits: more than there will be rows, less than overflows a column."""

    regex = "[0-9]{1,9}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return str(value)


register_converter(Key, "key")

app_name = "comments"
urlpatterns = [
    path("post/<key:article_id>/", views.post, name="post"),
    path("sent/", views.sent, name="sent"),
    path("reply/<key:comment_id>/", views.reply, name="reply"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("thread/<key:thread_id>/", views.thread, name="thread"),
    path("<key:comment_id>/", views.permalink, name="permalink"),
]
