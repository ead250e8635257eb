"""The completion script for bash, 3.2 and later.

In: the command line. Out: the script. Words that come from outside while it runs,
names and files, are never expanded by it: `compgen -W` would.
"""

from collections.abc import Iterable, Iterator, Sequence

from auditql.shell.scripts.words import Place, Takes, Words, below

_HEAD = r"""# bash completion for auditql, as `auditql completion bash` prints it.

# Which words of two make a verb, or begin one.
_auditql_is_verb() {
    case "$1" in
    %(verbs)s) return 0 ;;
    esac
    return 1
}
"""

_TAIL = r"""
# Take the lines of $1 that begin with $value; $2 is empty for names of files.
_auditql_offer() {
    local line word
    while IFS= read -r line; do
        word=$line
        [[ -n $2 ]] && printf -v word %q "$line"
        [[ -n $line && $word == "$value"* ]] && COMPREPLY+=("$before${word#"$cut"}")
    done <<< "$1"
}

_auditql_offer_files() {
    compopt -o filenames 2>/dev/null
    _auditql_offer "$(compgen "$@" -- "$value")" ''
}

_auditql_names() {
    command auditql completion "$1" </dev/null 2>/dev/null
}

_auditql() {
    local verb='' word='' option='' begun='' over='' takes='' choices=''
    local value='' cut='' before='' newline=$'\n'
    local -i at place=0
    local -a words=()
    COMPREPLY=()

    # readline parts words at = and :, which stand in the middle of ours.
    for ((at = 0; at <= COMP_CWORD; at++)); do
        word=${COMP_WORDS[at]}
        if ((at > 1)) && [[ $word =~ ^[=:]+$ || ${COMP_WORDS[at - 1]} =~ ^[=:]+$ ]]
        then
            words[${#words[@]} - 1]+=$word
        else
            words+=("$word")
        fi
    done
    value=${words[${#words[@]} - 1]}
    [[ $word =~ ^[=:]+$ ]] && word=''
    cut=${value%"$word"}

    for ((at = 1; at < ${#words[@]} - 1; at++)); do
        word=${words[at]}
        if [[ -n $option ]]; then
            option=''
        elif [[ -z $over && $word == -- ]]; then
            over=1 begun=1
        elif [[ -z $over && $word == -?* ]]; then
            begun=1
            _auditql_value "$verb" "$word"
            [[ -n $takes ]] && option=$word
        elif [[ -z $begun ]] && _auditql_is_verb "${verb:+$verb }$word"; then
            verb=${verb:+$verb }$word
        elif [[ -z $begun && -z $verb ]]; then
            return
        else
            begun=1
            place+=1
        fi
    done

    takes='' choices=''
    if [[ -n $option ]]; then
        _auditql_value "$verb" "$option"
    elif [[ -z $over && $value == --*=* ]]; then
        option=${value%%=*}=
        _auditql_value "$verb" "${option%=}"
        value=${value#*=}
        if [[ $cut == "$option"* ]]; then cut=${cut#"$option"}; else before=$option; fi
    elif [[ -z $over && $value == -* ]]; then
        _auditql_options "$verb"
        takes=choice
    else
        [[ -z $begun ]] && _auditql_words "$verb"
        [[ -z $takes ]] && _auditql_place "$verb" $((place + 1))
    fi
    case "$takes" in
    choice) _auditql_offer "${choices// /$newline}" 1 ;;
    file) _auditql_offer_files -f ;;
    query) _auditql_offer "$(_auditql_names queries)" 1 ;;
    query_or_file)
        _auditql_offer "$(_auditql_names queries)" 1
        _auditql_offer_files -d
        _auditql_offer_files -f -X '!*.aql'
        ;;
    profile) _auditql_offer "$(_auditql_names profiles)" 1 ;;
    esac
}

complete -F _auditql auditql
"""


def script(words: Sequence[Words]) -> str:
    """The script."""
    verbs = [w.verb for w in words if w.verb]
    parts = [
        _HEAD % {"verbs": "|".join(map(_quoted, verbs))},
        *_function(
            "words", "The words that make a verb of $1", "$1", _next_words(words)
        ),
        *_function("options", "The options of the verb $1", "$1", _options(words)),
        *_function("value", "What the option $2 of $1 takes", "$1 $2", _values(words)),
        *_function("place", "What argument $2 of $1 is", "$1 $2", _places(words)),
    ]
    return "".join(parts) + _TAIL


def _next_words(words: Sequence[Words]) -> Iterator[tuple[list[str], str]]:
    for verb in ("", *(w.verb for w in words if w.verb)):
        found = [word for word, _ in below(words, verb)]
        if found:
            yield [_quoted(verb)], f"takes=choice choices={_quoted(' '.join(found))}"


def _options(words: Sequence[Words]) -> Iterator[tuple[list[str], str]]:
    for one in words:
        names = " ".join(name for option in one.options for name in option.names)
        yield [_quoted(one.verb)], f"choices={_quoted(names)}"


def _values(words: Sequence[Words]) -> Iterator[tuple[list[str], str]]:
    """What options take, those together that take the same."""
    alike: dict[str, list[str]] = {}
    for one in words:
        for option in one.options:
            if option.value is not None:
                patterns = alike.setdefault(_set(option.value), [])
                patterns += [_quoted(f"{one.verb} {name}") for name in option.names]
    for act, patterns in alike.items():
        yield patterns, act


def _places(words: Sequence[Words]) -> Iterator[tuple[list[str], str]]:
    for one in words:
        for number, place in enumerate(one.places, 1):
            if place.takes is not Takes.TEXT:
                at = "*" if place.repeats else str(number)
                yield [f"{_quoted(one.verb + ' ')}{at}"], _set(place)


def _set(place: Place) -> str:
    """The assignments that tell what stands in a place."""
    if place.takes is Takes.CHOICE:
        return f"takes=choice choices={_quoted(' '.join(place.choices))}"
    return f"takes={place.takes.value}"


def _function(
    name: str, comment: str, of: str, arms: Iterable[tuple[list[str], str]]
) -> Iterator[str]:
    """A function that is one `case`; it leaves alone what it does not know."""
    yield f"\n# {comment}.\n_auditql_{name}() {{\n    takes= choices=\n"
    yield f'    case "{of}" in\n'
    for patterns, act in arms:
        yield "    " + "|\\\n    ".join(patterns) + f")\n        {act} ;;\n"
    yield "    esac\n}\n"


def _quoted(text: str) -> str:
    """The text in single quotes, in which it means itself."""
    return "'" + text.replace("'", "'\\''") + "'"
