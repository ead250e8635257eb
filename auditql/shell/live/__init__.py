"""What the shell says of a text while it is typed; no terminal, nothing is sent.

`highlighting.highlight` colours it, `checking.check` finds out what Enter would do and
what it would cost, `bar.toolbar` says that on one line. The classes of style stand in
`styles`, the colours in `themes`, what the session hands in in `forms.Context`. Text
comes in and pieces come out; who shows them owns the screen. Importing `forms`,
`styles` and `themes` loads no grammar.
"""
