from django.urls import path, register_converter
from django.views.decorators.http import conditional_page

from . import outcome_views, own_views, preferences, similar_views, views
from .answer_pages.views import asked
from .contact import views as contact
from .feeds import ThreadComments
from .inbound.views import mailed_answer
from .marks import views as marks


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
    path("proof/", views.proof, name="proof"),
    path("similar/<key:article_id>/", similar_views.similar, name="similar"),
    path("contact/<key:page_id>/", contact.post, name="contact"),
    path("contact/sent/", contact.sent, name="contact_sent"),
    path("sent/", views.sent, name="sent"),
    path("reply/<key:comment_id>/", views.reply, name="reply"),
    path("confirm/<str:token>/", views.confirm, name="confirm"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("unsubscribe-all/<str:token>/", preferences.unsubscribe_all, name="unsubscribe_all"),
    path("preferences/", preferences.my_preferences, name="my_preferences"),
    path("preferences/<str:token>/", preferences.by_link, name="preferences"),
    path("thread/<key:thread_id>/", views.thread, name="thread"),
    path("thread/<key:thread_id>/feed/", conditional_page(ThreadComments()), name="thread_feed"),
    path("helpful/<key:comment_id>/", marks.helpful, name="helpful"),
    path("report/<key:comment_id>/", marks.report, name="report"),
    path("mine/", own_views.mine, name="mine"),
    path("mine/export/", own_views.export, name="export"),
    path("mine/<str:token>/", own_views.mine_by_link, name="mine_by_link"),
    path("mine/<str:token>/export/", own_views.export_by_link, name="export_by_link"),
    path("mine/<str:token>/forget/", own_views.forget_by_link, name="forget_by_link"),
    path("change/<key:comment_id>/", own_views.change, name="change"),
    path("change/<str:token>/", own_views.change_by_link, name="change_by_link"),
    path("withdraw/<key:comment_id>/", own_views.withdraw, name="withdraw"),
    path("withdraw/<str:token>/", own_views.withdraw_by_link, name="withdraw_by_link"),
    path("put-back/<str:token>/", own_views.put_back, name="put_back"),
    path("answer-page/<str:token>/", asked, name="answer_page"),
    path("did-it-help/<str:token>/", outcome_views.outcome, name="outcome"),
    path("private/<key:thread_id>/", own_views.private, name="private"),
    path("private/<str:token>/", own_views.private_by_link, name="private_by_link"),
    path("mailed-answer/<str:token>/", mailed_answer, name="mailed_answer"),
    path("<key:comment_id>/", views.permalink, name="permalink"),
]
