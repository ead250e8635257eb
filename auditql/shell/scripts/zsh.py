"""The completion script for zsh: `_arguments`, one call for each verb.

In: the command line. Out: the script, for a file `_auditql` in `$fpath`, or to be
evaluated behind `compinit`.
"""

from collections.abc import Iterator, Sequence

from auditql.shell.scripts.words import Option, Place, Takes, Words, below

_HEAD = r"""#compdef auditql
# zsh completion for auditql, as `auditql completion zsh` prints it.

_auditql_names() {
  local -a names expl
  names=(${(f)"$(_call_program names auditql completion $1 </dev/null 2>/dev/null)"})
  _wanted names expl $2 compadd -a names
}

_auditql_queries() { _auditql_names queries 'saved query' }

_auditql_profiles() { _auditql_names profiles profile }

_auditql_queries_or_files() {
  _alternative 'queries:saved query:_auditql_queries' \
    'files:file:_files -g "*.aql"'
}
"""

_MIDDLE = r"""
_auditql() {
  local verb=''
  local -i at=2
  if (( CURRENT > 3 )); then
    case "$words[2] $words[3]" in
%(two)s
    esac
  fi
  if (( at == 2 && CURRENT > 2 )); then
    case "$words[2]" in
%(one)s
    esac
  fi
  if (( at == 2 && CURRENT > 2 )) && [[ $words[2] != -* ]]; then
    _message "there is no verb $words[2]"
    return 1
  fi
  words=(auditql "${(@)words[at,-1]}")
  (( CURRENT -= at - 2 ))
  local curcontext="${curcontext%%:*:*}:auditql-${verb// /-}:"
  case "$verb" in
"""

_TAIL = """\
  esac
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _auditql "$@"
else
  compdef _auditql auditql
fi
"""

_ACTIONS = {
    Takes.TEXT: "",
    Takes.FILE: "_files",
    Takes.QUERY: "_auditql_queries",
    Takes.QUERY_OR_FILE: "_auditql_queries_or_files",
    Takes.PROFILE: "_auditql_profiles",
}


def script(words: Sequence[Words]) -> str:
    """The script."""
    names = [w.verb for w in words if w.verb]
    arms = {
        "two": _arms([n for n in names if " " in n], 4),
        "one": _arms([n for n in names if " " not in n], 3),
    }
    parts = [_HEAD, *_lists(words), _MIDDLE % arms]
    for one in words:
        parts.append(f"    {_quoted(one.verb)})\n      _arguments -S \\\n")
        specs = [*_specs(one, has_below=bool([*below(words, one.verb)]))]
        parts.append(" \\\n".join(f"        {_quoted(spec)}" for spec in specs))
        parts.append("\n      ;;\n")
    return "".join(parts) + _TAIL


def _arms(verbs: Sequence[str], at: int) -> str:
    """The arms of a `case` that knows verbs, whose arguments begin at a word."""
    patterns = "|".join(map(_quoted, verbs))
    of = "$words[2] $words[3]" if at > 3 else "$words[2]"
    return f'      {patterns}) verb="{of}" at={at} ;;'


def _lists(words: Sequence[Words]) -> Iterator[str]:
    """Functions that offer the words which make a verb."""
    for verb in ("", *(w.verb for w in words if w.verb)):
        found = [*below(words, verb)]
        if found:
            yield f"\n_auditql_words{_tail(verb)}() {{\n  local -a verbs=(\n"
            for word, said in found:
                yield f"    {_quoted(f'{word}:{said}')}\n"
            yield "  )\n  _describe -t verbs verb verbs\n}\n"


def _tail(verb: str) -> str:
    return f"_{verb.replace(' ', '_')}" if verb else ""


def _specs(one: Words, *, has_below: bool) -> Iterator[str]:
    """What `_arguments` is told of a verb."""
    for option in one.options:
        yield from _option(option)
    if has_below:
        yield f"1: :_auditql_words{_tail(one.verb)}"
        return
    for number, place in enumerate(one.places, 1):
        at = "*" if place.repeats else str(number)
        yield f"{at}{_message(place)}"


def _option(option: Option) -> Iterator[str]:
    """One specification for each name of an option; the others are then excluded."""
    for name in option.names:
        before = "*" if option.repeats else f"({' '.join(option.names)})"
        glue = ""
        if option.value is not None:
            glue = "=" if name.startswith("--") else "+"
        value = "" if option.value is None else _message(option.value)
        yield f"{before}{name}{glue}[{_escaped(option.help)}]{value}"


def _message(place: Place) -> str:
    """What a place is called, and what is offered there."""
    if place.takes is Takes.CHOICE:
        action = f"({' '.join(place.choices)})"
    else:
        action = _ACTIONS[place.takes]
    return f":{_escaped(place.label)}:{action}"


def _escaped(text: str) -> str:
    """The text as part of a specification, whose own signs are these."""
    for sign in "\\[]:":
        text = text.replace(sign, "\\" + sign)
    return text


def _quoted(text: str) -> str:
    """The text in single quotes, in which it means itself."""
    return "'" + text.replace("'", "'\\''") + "'"
