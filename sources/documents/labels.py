"""The labels under which events cite: who published it, and whose report it is."""

import re

_VIA = re.compile(r"\s+via\s+", re.IGNORECASE)


def agency_and_publisher(label: str) -> tuple[str, str]:
    """The names in a label that reads "Agency via Publisher"; of any other, no agency and all of it."""
    agency, *publisher = _VIA.split(label.strip(), maxsplit=1)
    return (agency, publisher[0]) if agency and publisher else ("", label)
