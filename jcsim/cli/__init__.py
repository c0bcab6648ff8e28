"""The command line: one module a command, all loading the rest of jcsim only when they run."""
