r"""The commands of a session, by what they are about; each begins with `\`."""
