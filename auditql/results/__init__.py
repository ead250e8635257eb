"""From records to an answer: executing a plan, merging, sorting, formats."""
