"""Which token may be sent now, and what a refusal of it means; decisions only.

In: which tokens leave, let somebody in, are refused. Out: whether a token may
be used, or a new one made. A token that serves ends for all at once, or after
so many requests, or while its requests are on their way. So nobody is judged
by it until all who were sent with it have come back; and the token that is made
then is tried by one request, alone and at once: if that one is refused, tokens
are not what is wrong.

Tokens are named by their generation, from 1.
"""

from collections import Counter


class Turns:
    """What is known of the tokens of one session."""

    def __init__(self) -> None:
        """Know nothing yet."""
        self._flying: Counter[int] = Counter()
        self._let_in = 0
        self._refused = 0
        self._trial = 0
        self._tries = 0

    def begin(self, generation: int) -> None:
        """Count a request that leaves with a token."""
        self._flying[generation] += 1
        if generation == self._trial:
            self._tries += 1

    def end(self, generation: int) -> None:
        """Count it out, whatever came of it."""
        self._flying[generation] -= 1
        if not self._flying[generation]:
            del self._flying[generation]

    def let_in(self, generation: int) -> None:
        """Remember that somebody was let in with a token."""
        self._let_in = max(self._let_in, generation)

    def refuse(self, generation: int) -> None:
        """Remember that a token is of no use any more."""
        self._refused = max(self._refused, generation)

    def try_alone(self, generation: int) -> None:
        """Let a new token be tried by one request before others follow."""
        self._trial = generation
        self._tries = 0

    def has_let_in(self, generation: int) -> bool:
        """Whether somebody was let in with a token, or with a newer one."""
        return generation <= self._let_in

    def is_refused(self, generation: int) -> bool:
        """Whether a token is of no use any more."""
        return generation <= self._refused

    def is_quiet(self) -> bool:
        """Whether all who were sent have come back."""
        return not self._flying

    def may_use(self, generation: int) -> bool:
        """Whether a request may leave with a token now."""
        if self.is_refused(generation):
            return False
        is_tried = generation == self._trial and not self.has_let_in(generation)
        return not is_tried or not self._flying[generation]

    def is_final(self, generation: int) -> bool:
        """Whether a refusal of a token says that a newer one would be refused too.

        It was made when all had come back, and the first request with it, sent
        at once and alone, is the one that is refused.
        """
        is_first = generation == self._trial and self._tries == 1
        return is_first and not self.has_let_in(generation)
