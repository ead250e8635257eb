"""The command line: the one package that prints, and that reads what a person types.

Answers go to standard output, everything said about them to standard error.
"""
