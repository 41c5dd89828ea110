"""What the texts cite, and the BibTeX of it."""

import re

from biospectra.report.paper.bibliography import BIBTEX

_ENTRY = re.compile(r"@\w+\{([\w-]+),.*?(?=^@|\Z)", re.S | re.M)
ENTRIES = {found[1]: re.sub(r"\s+", " ", found[0]).strip() for found in _ENTRY.finditer(BIBTEX)}
DATABASE = "physionet-"  # begins the key of a database of PhysioNet

# By the names that a job's log has of the libraries.
OF_LIBRARY = {
    "snakemake": "molder2021",
    "numpy": "harris2020",
    "scipy": "virtanen2020",
    "numba": "lam2015",
    "pandas": "mckinney2010",
    "h5py": "collette2013",
    "cv2": "bradski2000",
    "matplotlib": "hunter2007",
    "sklearn": "pedregosa2011",
    "umap": "mcinnes2018",
    "tensorflow": "abadi2016",
    "keras": "chollet2015",
    "torch": "paszke2019",
    "jax": "bradbury2018",
    "wfdb": "xie2023",
    "mne": "gramfort2013",
    "pycatch22": "lubba2019",
    "pywt": "lee2019",
}
# Of those, and further ones, how a text calls them.
TITLES = {
    "snakemake": "Snakemake",
    "numpy": "NumPy",
    "scipy": "SciPy",
    "numba": "Numba",
    "cv2": "OpenCV",
    "matplotlib": "Matplotlib",
    "sklearn": "scikit-learn",
    "umap": "umap-learn",
    "tensorflow": "TensorFlow",
    "keras": "Keras",
    "torch": "PyTorch",
    "jax": "JAX",
    "wfdb": "WFDB for Python",
    "mne": "MNE-Python",
    "pywt": "PyWavelets",
    "bokeh": "Bokeh",
    "python": "Python",
}
# By the first part of a `physionet:` source.
OF_DATABASE = {
    "mitdb": "moody2001",
    "chfdb": "baim1986",
    "challenge-2017": "clifford2017",
    "eegmat": "zyma2019",
    "ptb-xl": "wagner2020",
    "sleep-edfx": "kemp2000",
}
OF_KIND = {
    "contrastive": "chen2020",
    "cpc": "oord2018",
    "vicreg": "bardes2022",
    "table_regression": "pascual2019",
    "minirocket": "dempster2021",
    "catch22": "lubba2019",
    "scattering": "anden2014",
}


def _field(key: str, name: str) -> str:
    found = re.search(rf"\b{name} = \{{(.*?)\}}(?:,|\}}$)", ENTRIES[key])
    return found[1] if found else ""


def label_of(key: str) -> str:
    """Return how a text names what it cites, such as "Harris et al. 2020".

    Examples
    --------
    >>> label_of("harris2020"), label_of("hunter2007"), label_of("kapoor2023")
    ('Harris et al. 2020', 'Hunter 2007', 'Kapoor and Narayanan 2023')
    >>> label_of("physionet-mitdb")
    'PhysioNet: mitdb'
    """
    if key.startswith(DATABASE):
        return f"PhysioNet: {key.removeprefix(DATABASE)}"
    names = [name.partition(",")[0] for name in _field(key, "author").split(" and ")]
    if len(names) > 2 or names[-1] == "others":
        names = [f"{names[0]} et al."]
    return f"{' and '.join(names)} {_field(key, 'year')}"


def physionet_databases(sources: list[str]) -> dict[str, str]:
    """Return database and version, such as "mitdb" and "1.0.0", of sources on PhysioNet."""
    found = (re.match(r"physionet:([^/]+)/([^/]+)", source) for source in sources)
    return dict(sorted({hit[1]: hit[2] for hit in found if hit}.items()))


def bibtex(keys: list[str], databases: dict[str, str]) -> str:
    """Return the BibTeX of some keys, and an entry for each database of PhysioNet.

    Nobody's name is guessed: the entry of a database says where it is and which version was used,
    and that its own page says how to cite it.

    Parameters
    ----------
    keys : list of str
        What the texts cite.
    databases : dict of str to str
        Of `physionet_databases`.
    """
    chosen = {key: ENTRIES[key] for key in keys if key in ENTRIES}
    for name, version in databases.items():
        chosen[f"{DATABASE}{name}"] = (
            f"@misc{{{DATABASE}{name}, title = {{{name}, version {version}}}, "
            "howpublished = {PhysioNet}, "
            f"url = {{https://physionet.org/content/{name}/{version}/}}, "
            "note = {The page says how to cite the database}}"
        )
    return (
        "\n\n".join(re.sub(r", (?=\w+ = )", ",\n  ", chosen[key]) for key in sorted(chosen)) + "\n"
    )
