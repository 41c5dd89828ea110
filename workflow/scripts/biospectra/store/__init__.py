"""The files between steps: HDF5 and TSV, one module a file kind."""
