"""Checked filters said in SQL over a mirror, with the meaning they have in Python."""
