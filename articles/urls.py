from django.urls import path
from django.views.decorators.http import conditional_page

from . import views
from .feeds import NewArticles
from .search import views as search_views

app_name = "articles"
urlpatterns = [
    path("articles/", views.article_list, name="list"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("search/", search_views.search, name="search"),
    path("opensearch.xml", search_views.description, name="opensearch"),
    path("feed/", conditional_page(NewArticles()), name="feed"),
    path("robots.txt", views.robots, name="robots"),
]
