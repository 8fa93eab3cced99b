from django.urls import path
from django.views.decorators.http import conditional_page

from . import views
from .feeds import NewArticles, SeriesArticles, TopicArticles
from .lifecycle.views import preview
from .search import views as search_views
from .series.views import series

app_name = "articles"
urlpatterns = [
    path("articles/", views.article_list, name="list"),
    path("articles/<slug:slug>/", views.article, name="article"),
    path("preview/<slug:secret>/", preview, name="preview"),
    path("topics/<slug:slug>/", views.topic, name="topic"),
    path("topics/<slug:slug>/feed/", conditional_page(TopicArticles()), name="topic_feed"),
    path("series/<slug:slug>/", series, name="series"),
    path("series/<slug:slug>/feed/", conditional_page(SeriesArticles()), name="series_feed"),
    path("search/", search_views.search, name="search"),
    path("opensearch.xml", search_views.description, name="opensearch"),
    path("feed/", conditional_page(NewArticles()), name="feed"),
    path("feeds/", views.feeds, name="feeds"),
    path("robots.txt", views.robots, name="robots"),
]
