"""What the tests share: small studies, servers, a browser, Slurm and conda to run them with."""
