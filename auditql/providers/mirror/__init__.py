"""An account's audit log as far as it was read, kept in one file of this machine."""
