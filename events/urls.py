"""The site's map. Every page but the admin stands under its edition: none for the first, "zh/" for another.

Maps for engines hold all editions.
"""

from django.urls import path, register_converter
from django.views.generic import RedirectView

from events import feeds, previews, sitemaps, views
from events.converters import (
    BlockConverter,
    DayConverter,
    EditionConverter,
    FeedConverter,
    KeyConverter,
    MonthConverter,
    NameConverter,
    SlugConverter,
    YearConverter,
)

register_converter(EditionConverter, "edition")
register_converter(YearConverter, "year")
register_converter(MonthConverter, "month")
register_converter(DayConverter, "day")
register_converter(SlugConverter, "event_slug")
register_converter(NameConverter, "name")
register_converter(FeedConverter, "feed")
register_converter(KeyConverter, "key")
register_converter(BlockConverter, "block")

app_name = "events"
urlpatterns = [
    path("<edition:language>", views.front, name="front"),
    path("<edition:language>news/", views.archive, name="archive"),
    path("<edition:language>news/<year:year>/", views.year, name="year"),
    path("<edition:language>news/<year:year>/<month:month>/", views.month, name="month"),
    path("<edition:language>news/<day:day>/", views.day, name="day"),
    path("<edition:language>news/<day:day>/index.<str:extension>", views.day_document, name="day_document"),
    path("<edition:language>news/<day:day>/<event_slug:slug>/", views.event, name="event"),
    path(
        "<edition:language>news/<day:day>/<event_slug:slug>.<str:extension>",
        views.event_document,
        name="event_document",
    ),
    path("<edition:language>news/<day:day>/<event_slug:slug>/history/", views.event_history, name="history"),
    path("<edition:language>news/<day:day>/<event_slug:slug>/history/<int:number>/", views.event_state, name="state"),
    path("<edition:language>opinion/", views.opinion, name="opinion"),
    path("<edition:language>opinion/index_<feed:kind>.xml", feeds.of_opinion, name="opinion_feed"),
    # Where the old site had it.
    path(
        "<edition:language>opinion_<feed:kind>.xml",
        RedirectView.as_view(pattern_name="events:opinion_feed", permanent=True),
        name="old_opinion_feed",
    ),
    path("<edition:language>opinion/<day:day>/<event_slug:slug>/", views.editorial, name="editorial"),
    path(
        "<edition:language>opinion/<day:day>/<event_slug:slug>.<str:extension>",
        views.editorial_document,
        name="editorial_document",
    ),
    path(
        "<edition:language>opinion/<day:day>/<event_slug:slug>/history/",
        views.editorial_history,
        name="editorial_history",
    ),
    path(
        "<edition:language>opinion/<day:day>/<event_slug:slug>/history/<int:number>/",
        views.editorial_state,
        name="editorial_state",
    ),
    path("<edition:language>search/", views.search_page, name="search"),
    path("<edition:language>tags/", views.tag_names, name="tag_names"),
    path("<edition:language>preview/<str:token>/", previews.preview, name="preview"),
    path("<edition:language>topics/", views.topics, name="topics"),
    path("<edition:language>topics/all/", views.all_topics, name="all_topics"),
    path("<edition:language>tag/<name:tag>/", views.tag, name="tag"),
    # Pages end in a slash, so no name can hold one of these.
    path("<edition:language>tag/<name:tag>/index_<feed:kind>.xml", feeds.of_tag, name="tag_feed"),
    path("<edition:language>category/<name:category>/index_<feed:kind>.xml", feeds.of_category, name="category_feed"),
    path("<edition:language>since/", views.choose_since, name="choose_since"),
    path("<edition:language>since/<day:day>/", views.since, name="since"),
    # The name comes last, because it may hold slashes.
    path("<edition:language>since/<day:day>/tag/<name:tag>/", views.tag_since, name="tag_since"),
    path("<edition:language>feeds/", views.follow, name="follow"),
    path("<edition:language>index_<feed:kind>.xml", feeds.newest, name="feed"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.index, name="sitemap"),
    path("sitemap/pages.xml", sitemaps.of_pages, name="sitemap_of_pages"),
    path("sitemap/opinion.xml", sitemaps.of_opinion, name="sitemap_of_opinion"),
    path("sitemap/<year:year>/<month:month>.xml", sitemaps.of_month, name="sitemap_of_month"),
    path("sitemap/tags/<block:block>.xml", sitemaps.of_tags, name="sitemap_of_tags"),
    path("<edition:language>publisher/<name:publisher>/", views.publisher, name="publisher"),
    path("<edition:language>source/<key:key>/", views.source, name="source"),
]
