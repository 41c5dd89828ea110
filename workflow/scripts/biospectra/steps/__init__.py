"""One module a rule: reads files, calls the rooms below, writes files."""
