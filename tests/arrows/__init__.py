"""What each arrow of the compliance suite does with a case, and checks."""
