r"""The shell without a terminal: lines go in, events come out.

    session = Session(State(width=100), demo(now_s))
    for event in session.feed("action = login | count by actor_name"):
        print(event.shown)

- `session.Session`: `feed(text)` gives the events of one entry as they come, from
  a thread of its own; `interrupt()` ends it within a tenth of a second, from any
  thread; `reply(…)` answers a Confirm before the next event is taken; `known()` is
  what completion may offer; `close()` ends it, and a file of `\o` with it.
- `events`: the forms of the events. `shown` of each is safe to print as it is.
  Progress is a line that the next event takes the place of; EditText, ShowHistory,
  ShowKeys, Switched and Quit ask the terminal for something; Failed keeps the text for
  editing. Rows whose `is_data` is set are never paged.
- `state.State`: the settings and the last answer. The terminal sets `width` before
  it feeds, and may set `expanded` and `format`.
- `accounts`: `in_files` asks whom the command line would ask, `demo` nobody.
- `registry`: `@command`, and what help and completion read of it.

An answer is read as far as it is shown and goes on from there: `answer.Answer`.
"""
