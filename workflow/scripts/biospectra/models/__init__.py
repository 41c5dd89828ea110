"""Networks, classifiers and embeddings: built, trained, applied."""
