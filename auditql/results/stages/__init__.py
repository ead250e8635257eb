"""What is done with records before they are the answer, a module a family."""
