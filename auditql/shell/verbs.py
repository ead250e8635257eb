"""The verbs of the command line, one row each, and the help made from them.

In: nothing. Out: the table, the text of `auditql --help`. A verb's module is
imported when the verb is used, not by this table.
"""


class Verb:
    """One verb: how it is called, what it does, where it lives.

    A plain class: `--help` would take twice as long with a dataclass.
    """

    __slots__ = ("arguments", "help", "module", "name")

    def __init__(self, name: str, arguments: str, help_: str, module: str) -> None:
        """Describe the verb `name`, run by `auditql.shell.commands.MODULE`."""
        self.name = name
        self.arguments = arguments
        self.help = help_
        self.module = module


_ABOVE = ""  # told in the line of the verb before

VERBS = (
    Verb("query", "TEXT", "run one query; follow its new matches", "query"),
    Verb("tail", "TEXT", _ABOVE, "tail"),
    Verb("sync", "", "keep the log in a local mirror", "sync"),
    Verb("mirror", "status|prune|rebuild", _ABOVE, "mirror"),
    Verb("compile", "TEXT", "show its requests; who filters what", "compile"),
    Verb("explain", "TEXT", _ABOVE, "explain"),
    Verb("sql", "TEXT", "say it as SQL; keep records as Parquet", "sql"),
    Verb("export", "TEXT", _ABOVE, "export"),
    Verb("run", "NAME|FILE", "run a saved query; list them all", "run"),
    Verb("queries", "", _ABOVE, "queries"),
    Verb("check", "FILE...", "look for mistakes in queries; format them", "check"),
    Verb("fmt", "FILE...", _ABOVE, "fmt"),
    Verb("fields", "", "list the fields; let Tab complete words", "fields"),
    Verb("completion", "SHELL", _ABOVE, "completion"),
    Verb("show", "ID", "show one record; check a file or mirror", "show"),
    Verb("verify", "FILE...", _ABOVE, "verify"),
    Verb("login", "", "store, forget, try a credential", "login"),
    Verb("logout", "", _ABOVE, "logout"),
    Verb("status", "", _ABOVE, "status"),
    Verb("probe", "", "ask how the API behaves; see settings", "probe"),
    Verb("config", "show|validate|path", _ABOVE, "config"),
    Verb("demo query", "TEXT", "ask made-up data, no account", "demo_query"),
    Verb("demo run", "NAME", _ABOVE, "demo_run"),
    Verb("demo serve", "", "serve the made-up account over HTTP", "demo_serve"),
)

QUERY = VERBS[0]
SHELL = Verb("", "", "ask in a shell", "shell")
"""What stands without a verb, on a terminal; elsewhere that is QUERY."""
DEMO_SHELL = Verb("demo", "", "ask made-up data in a shell", "demo_shell")
"""`demo` without a second word, on a terminal."""

HELP = ("-h", "--help", "help")
VERSION = ("-V", "--version")

_HEAD = """\
auditql: ask a Zendesk account's audit log who did what, when and from where
usage: auditql VERB [OPTIONS] [ARGUMENTS]     a TEXT of - is standard input
       auditql, auditql demo                  the shell; in a pipe, `query -`
"""

_TAIL = """\

examples:
  auditql demo query "action = login and created_at >= -7d limit 5"
  auditql explain "actor_name = 'Jane Doe' and created_at >= last month"
  auditql query -f csv -o june.csv "action = exported and created_at in 2026-06"

`auditql login` or ZENDESK_… variables open an account; VERB --help says more.
"""


def help_text() -> str:
    """What `auditql --help` prints: every verb, three examples, one screen."""
    calls: dict[str, str] = {}
    for verb in VERBS:
        call = f"{verb.name} {verb.arguments}".rstrip()
        if verb.help == _ABOVE:
            above, said = calls.popitem()
            calls[f"{above}, {call}"] = said
        else:
            calls[call] = verb.help
    width = max(map(len, calls))
    rows = "".join(f"  {call:<{width}}   {said}\n" for call, said in calls.items())
    return f"{_HEAD}\n{rows}{_TAIL}"
