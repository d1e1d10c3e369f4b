"""What no key can tell by itself: how the tables of the file fit together.

The checks read the document as it was written, so that a fault in one table
does not hide those of another; what has the wrong type is skipped by them,
since `settings.shape` already reports it.
"""

from collections.abc import Iterator

from settings import (
    check_mappings,
    check_portfolio,
    check_secrets,
    check_site,
    check_sources,
    check_times,
)
from settings.document import Document
from settings.findings import Finding


def cross_checks(document: Document) -> Iterator[Finding]:
    """Yield every finding that concerns several keys, or what a key's text says."""
    yield from check_secrets.findings(document)
    yield from check_site.findings(document)
    yield from check_times.findings(document)
    yield from check_mappings.findings(document)
    yield from check_portfolio.findings(document)
    yield from check_sources.findings(document)
