"""Folders of Parquet: an answer written into one, queries read out of them."""
