"""A study made of what is there: files found, told apart, and written down for a person to edit."""
