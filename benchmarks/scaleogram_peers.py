"""|CWT| at logarithmic scales by other packages, each as its documentation has it called.

A peer is a function of a signal that gives its frequencies and the complex coefficients of every
sample. `finds_the_tone` says whether it computes what is asked: a ridge at the frequency of a tone.
"""

from collections.abc import Callable

import numpy as np
from side_by_side import have

MORLET = "cmor1.5-1.0"  # biospectra's default; the widths of the others are fixed or nearly so
Peer = Callable[[], tuple[np.ndarray, np.ndarray]]


def peers(signal, rate_hz, low_hz, high_hz, rows, scale) -> dict[str, Peer]:
    """Return the peers that are installed here.

    Parameters
    ----------
    signal : ndarray, (n_samples,), float32
    rate_hz, low_hz, high_hz : float
        Sampling rate, and the range of frequencies.
    rows : int
        How many.
    scale : ndarray, (rows,)
        The same as scales of `MORLET`, in samples.
    """
    found: dict[str, Peer] = {}
    grid = (low_hz, high_hz, rows)
    if fcwt := have("fcwt"):
        # What `fcwt.cwt` makes anew at each call, made once: the wavelet, the scales, FFTW's plan
        # and the output.
        morlet = fcwt.Morlet(2.0)
        scales = fcwt.Scales(morlet, fcwt.FCWT_LOGSCALES, int(rate_hz), *grid)
        kept, frequency_hz = np.zeros((rows, len(signal)), "csingle"), np.zeros(rows, "single")
        scales.getFrequencies(frequency_hz)
        plan = fcwt.FCWT(morlet, 1, False, True)

        def reused(_alive=morlet):  # the plan has its address alone
            plan.cwt(signal, scales, kept)
            return frequency_hz, kept

        found["fCWT"] = lambda: fcwt.cwt(signal, int(rate_hz), *grid, nthreads=1, scaling="log")
        found["fCWT, plan and output reused"] = reused
    if fcwt2 := have("fcwt2"):
        of, axis = fcwt2.Fcwt(2.0), fcwt2.Scales.log_scales(int(rate_hz), *grid)
        given = signal.tolist()  # it takes lists alone
        found["fcwt2"] = lambda: (
            np.asarray(axis.frequencies()),
            np.asarray(of.cwt_real(given, axis), np.complex64).reshape(rows, -1),
        )
    if pyfcwt := have("pyfcwt"):
        wavelet = pyfcwt.Wavelet(rate_hz)
        frequencies = pyfcwt.Frequencies(wavelet, *grid, rate_hz)
        engine = pyfcwt.PyFCWT(wavelet, frequencies, threads=1)
        found["pyfcwt"] = lambda: (np.geomspace(*grid), engine.cwt(signal))
    if torch := have("torch"):
        torch.set_num_threads(1)
        if torchcwt := have("torchcwt"):
            found["torchcwt"] = lambda: torchcwt.transform(
                signal, rate_hz, high_hz, low_hz, nfreqs=rows
            )[::-1]
        if ptwt := have("ptwt"):
            tensor = torch.from_numpy(signal)

            def by_ptwt():
                coefficients, own = ptwt.cwt(tensor, scale, MORLET, sampling_period=1 / rate_hz)
                return np.asarray(own), coefficients.numpy()

            found["ptwt"] = by_ptwt
    if pywt := have("pywt"):

        def by_pywt():
            coefficients, own = pywt.cwt(signal, scale, MORLET, 1 / rate_hz, method="fft")
            return own, coefficients

        found["PyWavelets (fft)"] = by_pywt
    if ssqueezepy := have("ssqueezepy"):
        # The centre of its Morlet, of mu 13.4, is at 13.4 / (2 pi) of a cycle by scale.
        own_scale = (13.4 / (2 * np.pi) * scale).astype(np.float32)
        found["ssqueezepy"] = lambda: (
            rate_hz / scale,
            ssqueezepy.cwt(signal, "morlet", scales=own_scale)[0],
        )
    return found


def finds_the_tone(frequency_hz, coefficients, tone_hz: float) -> bool:
    """Return whether the middle of a tone's transform is largest at its frequency, to a row or two.

    Parameters
    ----------
    frequency_hz : ndarray, (rows,)
    coefficients : ndarray, (rows, n_samples)
    tone_hz : float
    """
    size = coefficients.shape[1]
    middle = np.abs(coefficients[:, size * 3 // 8 : size * 5 // 8]).mean(axis=1)
    step = abs(np.diff(np.log(frequency_hz))).max()
    return bool(abs(np.log(frequency_hz[middle.argmax()] / tone_hz)) < 2 * step)
