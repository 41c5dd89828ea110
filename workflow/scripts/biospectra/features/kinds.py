"""The kinds of feature table: each is a module here, with the kind's name in the config.

A kind's `table(signals, rate_hz, **settings)` gives the features of segments, one row each, and is
given the keys of `workflow/schemas/features/KIND.yaml`; its `check(name, entry, study)`, where it
has one, refuses an entry of the config that cannot be.
"""

from biospectra.features import bands, beats, catch22, fourier, scattering, wavelet

KINDS = {
    "bands": bands,
    "beats": beats,
    "catch22": catch22,
    "fourier": fourier,
    "scattering": scattering,
    "wavelet": wavelet,
}
