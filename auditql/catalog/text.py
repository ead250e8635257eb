"""Text without regard to case: what "ignores case" means everywhere.

In: text of a record or of a query. Out: text to compare in its place. Case is
ignored by Unicode's full case folding and nothing else: no normalisation, no
language's own rules, so a letter and its composed spelling stay different, as
the record has them. Folding works code point by code point, so the folding of
a whole is the folding of its parts put together; one code point becomes one to
three others (`ß` becomes `ss`), so places in the folded text are not places in
the text.
"""

from collections.abc import Callable

fold: Callable[[str], str] = str.casefold
"""The text with case folded away; folding it again changes nothing."""

lower: Callable[[str], str] = str.lower
"""The text in lower case, as `lower(…)` gives it; not the same as folded."""
