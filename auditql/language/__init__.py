"""From text to a checked query: grammar, parser, printer, resolver, time."""
