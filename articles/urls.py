from django.urls import path
from django.views.decorators.http import conditional_page

from . import views
from .feeds import NewArticles
from .lifecycle.views import preview

app_name = "articles"
urlpatterns = [
    path("articles/", views.article_list, name="list"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("preview/<slug:secret>/", preview, name="preview"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("search/", views.search, name="search"),
    path("feed/", conditional_page(NewArticles()), name="feed"),
    path("robots.txt", views.robots, name="robots"),
]
