"""biospectra: biosignals to spectrogram and scaleogram images, and images to features.

>>> import biospectra as bs
>>> signal = bs.read("100.hea", channel="MLII")  # doctest: +SKIP

A name is imported when it is first used, so that `import biospectra` costs nothing. What it needs
beyond NumPy, SciPy and numba comes with the extras of the package: ``formats`` (`read`, `fetch`),
``learning`` (tables of features), ``figures`` (`show`, `colour`, `write_png`) and ``networks``
(`features_of`, `apply_model`), or all of them with ``pip install "biospectra[all]"``.
"""

__version__ = "1.0.0"

# Each public name and the module that defines it. Strings, not imports: reruns follow imports.
PUBLIC = {
    "read": "formats.read",
    "Signal": "signals.signal",
    "fetch": "sources.fetch",
    "clean": "signals.cleaning",
    "resample": "signals.resampling",
    "scale": "signals.scaling",
    "assess": "signals.quality",
    "cut": "signals.windows",
    "Spectrogram": "transforms.spectrogram",
    "Scaleogram": "transforms.scaleogram",
    "Wavelet": "transforms.wavelets",
    "colour": "transforms.colour",
    "write_png": "report.png",
    "show": "report.images",
    "fourier_table": "features.fourier",
    "band_table": "features.bands",
    "wavelet_table": "features.wavelet",
    "beat_table": "features.beats",
    "scattering_table": "features.scattering",
    "apply_model": "steps.apply",
    "features_of": "steps.apply",
    "RecordingError": "errors",
    "StudyError": "errors",
}
__all__ = ["__version__", *PUBLIC]


def __getattr__(name: str):  # type: ignore[no-untyped-def]  # a type checker takes it as Any
    if name not in PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = getattr(import_module(f"{__name__}.{PUBLIC[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
