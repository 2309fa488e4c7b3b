"""Rows → documents: what the wiki knows of a source or a publisher, as a record."""

from sources.documents.records import ArticleDocument, PublisherDocument
from sources.models import Publisher, Source


def to_document(source: Source) -> ArticleDocument:
    """`source` as a record. Select its `publisher` and `seen_at` with it."""
    return ArticleDocument(
        title=source.title,
        url=source.url,
        archived_url=source.archived_url,
        publisher=source.publisher.name if source.publisher else "",
        seen_at=source.seen_at.name if source.seen_at else "",
        section=source.section,
        authors=tuple(source.authors),
        contributors=tuple(source.contributors),
        published_on=source.published_on,
        updated=source.updated,
        tags=tuple(source.tags),
        caption=source.caption,
        credit=source.credit,
        abstract=source.abstract,
        copyright=source.copyright,
        body=source.body,
    )


def to_publisher_document(publisher: Publisher) -> PublisherDocument:
    """`publisher` as a record, its aliases in the order of their keys. Prefetch its `aliases`."""
    return PublisherDocument(
        name=publisher.name,
        aliases=tuple(alias.name for alias in sorted(publisher.aliases.all(), key=lambda alias: alias.key)),
        homepage=publisher.homepage,
    )
