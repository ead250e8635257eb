"""Facts as tables: fields, kinds, operators, functions, records, limits.

Nothing here decides anything about a query; every later package reads these
rows. What the scalar functions mean (case folding, LIKE, networks, regular
expressions, buckets of time, changes read out of text) also lives here, so
that every evaluator means the same.
"""
