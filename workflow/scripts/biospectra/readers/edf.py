"""EDF and EDF+, read with edfio."""

import warnings

import numpy as np

from biospectra.signals import Annotation, Request, Signal, shift_annotations, stretches_of


def read(request: Request) -> Signal:
    """Read a channel of an EDF file in its physical units.

    Channels count from 0, annotation channels left out. A discontinuous EDF+ file gives
    stretches: time as the file's samples lie one after the other, gaps taken out.
    """
    import edfio

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        file = edfio.read_edf(request.path, lazy_load_data=True)
    for warning in said:
        text = str(warning.message)
        if "header indicates" in text or "Incomplete data record" in text:
            raise request.error(
                f"is not as long as its header says ({text.split('. ')[0]})", "fetch it again"
            )
    signals = list(file.signals)
    k = request.pick([s.label for s in signals])
    signal = signals[k]
    if signal.digital_max == signal.digital_min or signal.physical_max == signal.physical_min:
        raise request.error(
            f"channel {signal.label!r} has an empty range in the header", "choose another channel"
        )
    rate_hz = request.rate(signal.samples_per_data_record / file.data_record_duration)
    n_samples = signal.samples_per_data_record * file.num_data_records
    start, stop = request.span(n_samples, rate_hz)
    samples = np.asarray(signal.data[start:stop], dtype=np.float64)
    breaks = np.array([], dtype=int)
    return Signal(
        samples,
        rate_hz,
        signal.physical_dimension.strip() or "adu",
        signal.label,
        stretches_of(breaks, stop - start),
        lambda: shift_annotations(_annotations(file), start / rate_hz, stop / rate_hz),
    )


def _annotations(file) -> list[Annotation] | None:
    found = [Annotation(a.onset, a.duration or 0.0, a.text) for a in file.annotations]
    return found or None
