"""The parts of a paper that reviewers ask for, written from what a run left behind."""
