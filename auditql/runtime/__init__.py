"""The parts wired together: the compiler, the clients, connections, files written."""
