"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import conditional_page

from articles.pages.views import page
from comments.feeds import ArticleComments

from . import attaching, sitemaps, views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("media/<path:path>", views.picture, name="media"),
    path("admin/desk/", include("walkcoach.desk.urls")),
    path("", include("articles.subscribing.urls")),  # one of its pages stands below admin/
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("accounts.allauth_urls")),
    path("comments/", include("comments.urls")),
    path("answers/", include("comments.answer_pages.urls")),
    path("log/attach/<key:article_id>/", attaching.attach, name="attach_log"),
    path("log/attached/<key:thread_id>/", attaching.attached, name="attached_log"),
    path("log/attached/<key:thread_id>/take-back/", attaching.take_back, name="take_back_log"),
    path("log/", include("walking_log.urls")),
    path("sitemap.xml", conditional_page(sitemaps.site_map), name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemaps.section, name="sitemap_section"),
    # Here, because articles knows nothing of comments.
    path("articles/<slug:slug>/feed/", conditional_page(ArticleComments()), name="comments_feed"),
    path("", include("articles.urls")),
    # Last: the coach's own pages may take what is left (articles/pages/addresses.py).
    path("<slug:slug>/", page, name="page"),
]

handler400 = "walkcoach.views.not_understood"
handler403 = "walkcoach.views.not_allowed"
handler404 = "walkcoach.views.not_found"
handler500 = "walkcoach.views.went_wrong"
