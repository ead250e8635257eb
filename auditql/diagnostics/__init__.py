"""What is wrong, as data: diagnostics, their codes, renderers and safe text.

A diagnostic is made where the fault is known and shown elsewhere; nothing in
this package prints.
"""
