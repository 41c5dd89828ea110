"""From an address to whole files on this machine."""
