"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.views.decorators.http import conditional_page

from comments.feeds import ArticleComments

from . import answers_desk, desk, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("media/<path:path>", views.picture, name="media"),
    path("admin/desk/", desk.desk, name="desk"),
    # Nine digits: more than there will be rows, less than overflows a column.
    re_path(r"^admin/desk/(?P<thread_id>[0-9]{1,9})/answer/$", desk.answer, name="desk_answer"),
    re_path(
        r"^admin/desk/(?P<thread_id>[0-9]{1,9})/no-answer-needed/$",
        desk.no_answer_needed,
        name="desk_no_answer_needed",
    ),
    re_path(
        r"^admin/desk/(?P<thread_id>[0-9]{1,9})/answer-needed/$",
        desk.answer_needed,
        name="desk_answer_needed",
    ),
    re_path(r"^admin/desk/(?P<thread_id>[0-9]{1,9})/privacy/$", desk.privacy, name="desk_privacy"),
    re_path(
        r"^admin/desk/comments/(?P<comment_id>[0-9]{1,9})/(?P<act>approve|spam|remove|put-back)/$",
        desk.moderate,
        name="desk_moderate",
    ),
    re_path(
        r"^admin/desk/(?P<thread_id>[0-9]{1,9})/draft/$",
        answers_desk.article_draft,
        name="desk_article_draft",
    ),
    path("admin/desk/outcomes/", answers_desk.outcomes, name="desk_outcomes"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("comments/", include("comments.urls")),
    path("log/", include("walking_log.urls")),
    # Here, because articles knows nothing of comments.
    path("articles/<slug:slug>/feed/", conditional_page(ArticleComments()), name="comments_feed"),
    path("", include("articles.urls")),
]

handler400 = "walkcoach.views.not_understood"
handler403 = "walkcoach.views.not_allowed"
handler404 = "walkcoach.views.not_found"
handler500 = "walkcoach.views.went_wrong"
