"""Completion scripts for bash, zsh and fish, made from the parsers of the verbs."""
