"""What articles and publishers say, as records that know no database."""

from sources.documents.errors import DocumentError
from sources.documents.records import ArticleDocument, PublisherDocument

__all__ = ["ArticleDocument", "DocumentError", "PublisherDocument"]
