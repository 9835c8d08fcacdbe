"""What the server and the page it serves have to call the same."""

RANKINGS = "rankings"
"""Path of the second page."""
PAGE = "page"
"""Key of the address that names a page."""
