"""The completion script for fish, 3.0 and later.

In: the command line. Out: the script. What several verbs share is said once.
"""

from collections.abc import Iterator, Sequence

from auditql.shell.scripts.words import Option, Place, Takes, Words, below

_HEAD = r"""# fish completion for auditql, as `auditql completion fish` prints it.

# The verb that is written, two words joined by -; `bare` for none yet.
function __auditql_verb
    set -l words (commandline -opc)
    set -e words[1]
    if set -q words[2]; and contains -- "$words[1] $words[2]" %(two)s
        echo "$words[1]-$words[2]"
    else if set -q words[1]; and contains -- "$words[1]" %(one)s
        echo "$words[1]"
    else if not set -q words[1]; or string match -q -- '-*' "$words[1]"
        echo bare
    else
        echo unknown
    end
end

function __auditql_in
    contains -- (__auditql_verb) $argv
end

# No word is written yet, or only those of the verb.
function __auditql_next
    set -l words (commandline -opc)
    __auditql_in $argv[2]; and test (count $words) -eq $argv[1]
end

# The argument of a verb that is written next is the one of this number.
function __auditql_at
    __auditql_in $argv[3]; or return 1
    set -l words (commandline -opc)
    set -e words[1..$argv[2]]
    set -l at 1
    set -l is_value 0
    set -l is_option 1
    for word in $words
        if test $is_value = 1
            set is_value 0
        else if test $is_option = 1; and test "$word" = --
            set is_option 0
        else if test $is_option = 1; and contains -- "$word" %(valued)s
            set is_value 1
        else if test $is_option = 0; or not string match -q -- '-?*' "$word"
            set at (math $at + 1)
        end
    end
    test $at = $argv[1]
end

# Files that may hold a query, and folders.
function __auditql_files
    __fish_complete_suffix .aql | string match -r '^[^\t]*(?:\.aql|/)(?:\t.*)?$'
end

function __auditql_names
    command -q auditql; and command auditql completion $argv[1] </dev/null 2>/dev/null
end

complete -c auditql -f
"""

_OFFERS = {
    Takes.TEXT: "",
    Takes.FILE: "-F",
    Takes.QUERY: "-a '(__auditql_names queries)'",
    Takes.QUERY_OR_FILE: "-a '(__auditql_names queries; __auditql_files)'",
    Takes.PROFILE: "-a '(__auditql_names profiles)'",
}


def script(words: Sequence[Words]) -> str:
    """The script."""
    names = [w.verb for w in words if w.verb]
    valued = [n for w in words for o in w.options if o.value for n in o.names]
    known = {
        "valued": " ".join(map(_quoted, dict.fromkeys(valued))),
        "two": " ".join(_quoted(n) for n in names if " " in n),
        "one": " ".join(_quoted(n) for n in names if " " not in n),
    }
    lines = [*_next_words(words), "", *_options(words), "", *_places(words)]
    return _HEAD % known + "\n" + "\n".join(lines) + "\n"


def _next_words(words: Sequence[Words]) -> Iterator[str]:
    """The words that make a verb."""
    for verb in ("", *(w.verb for w in words if w.verb)):
        length = len(verb.split()) + 1
        for word, said in below(words, verb):
            when = f"__auditql_next {length} {_joined(verb)}"
            yield _complete(when, f"-a {_quoted(word)}", said)


def _options(words: Sequence[Words]) -> Iterator[str]:
    """The options, each with all verbs that have it alike."""
    alike: dict[Option, list[str]] = {}
    for one in words:
        for option in one.options:
            alike.setdefault(option, []).append(_joined(one.verb))
    for option, verbs in alike.items():
        names = " ".join(
            f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
            for name in option.names
        )
        value = "" if option.value is None else f" {_value(option.value)}"
        yield _complete(f"__auditql_in {' '.join(verbs)}", names + value, option.help)


def _value(place: Place) -> str:
    """What an option takes; `-x`: and no file, unless it says so."""
    if place.takes is Takes.FILE:
        return "-r -F"
    return f"-x {_offer(place)}".rstrip()


def _places(words: Sequence[Words]) -> Iterator[str]:
    for one in words:
        length = len(one.verb.split()) + 1
        for number, place in enumerate(one.places, 1):
            when = f"__auditql_at {number} {length} {_joined(one.verb)}"
            if place.repeats:
                when = f"__auditql_in {_joined(one.verb)}"
            if offer := _offer(place):
                yield _complete(when, offer, place.label)


def _offer(place: Place) -> str:
    if place.takes is Takes.CHOICE:
        return f"-a {_quoted(' '.join(place.choices))}"
    return _OFFERS[place.takes]


def _complete(when: str, what: str, said: str) -> str:
    about = f" -d {_quoted(said)}" if said else ""
    return f"complete -c auditql -n {_quoted(when)} {what}{about}"


def _joined(verb: str) -> str:
    return verb.replace(" ", "-") if verb else "bare"


def _quoted(text: str) -> str:
    """The text in single quotes, in which only these two signs are not themselves."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
