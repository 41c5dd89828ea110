"""A study's config and table as their user writes them, and everything checked before any job."""
