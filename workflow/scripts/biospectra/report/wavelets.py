"""The gallery of mother wavelets: what each looks like in time and in frequency."""

import numpy as np

from biospectra.report.style import figure, legend_below, look
from biospectra.transforms.wavelets import Wavelet

# One of each continuous family.
FAMILY_NAMES = ["morl", "cmor1.5-1.0", "mexh", "gaus2", "cgau4", "shan1.5-1.0", "fbsp2-1.5-1.0"]
SHOWN_REACH = 6.0  # scales to each side that are shown
TOP = 3.0  # cycles per scale


def half_power_width(wavelet: Wavelet) -> float:
    """Return how wide |psi_hat|^2 is at half of its peak, in cycles per scale."""
    height, centre = wavelet.peak
    f = np.linspace(0, 2 * centre + 4, 1 << 16)
    inside = f[np.abs(wavelet.fourier(f)) >= height / np.sqrt(2)]
    return float(inside[-1] - inside[0])


def range_in_words(wavelet: Wavelet) -> str:
    """Say where a wavelet's spectrum peaks and how wide it is."""
    width, centre = half_power_width(wavelet), wavelet.peak[1]
    return f"centre {centre:.2f}, width {width:.2f}"


def draw_gallery(used: list[str], paths: list[str]) -> None:
    """Draw the mother wavelets of a study beside one of each other family.

    Parameters
    ----------
    used : list of str
        PyWavelets names; these come first and have their titles in bold.
    paths : list of str
        The figure, in several formats.
    """
    used = list(dict.fromkeys(used))
    names = used + [name for name in FAMILY_NAMES if name not in used]
    wavelets = [Wavelet(name) for name in names]
    t = np.linspace(-SHOWN_REACH, SHOWN_REACH, 1201)
    f = np.linspace(0, max(TOP, *(1.5 * wavelet.peak[1] for wavelet in wavelets)), 1201)
    rows = -(-len(names) // 2)
    ink = look()
    with figure(paths, height_cm=2.2 + 3.4 * rows) as drawing:
        axes = drawing.subplots(rows, 4, squeeze=False).reshape(-1, 2)
        for place, ((wave, spectrum), name, wavelet) in enumerate(
            zip(axes, names, wavelets, strict=False)
        ):
            values = wavelet.time(t)
            wave.plot(t, values.real, color=ink.colours[0], label="real part")
            if wavelet.is_complex:
                wave.plot(t, values.imag, "--", color=ink.colours[1], label="imaginary part")
            wave.set_yticks([0])
            weight = "bold" if name in used else "normal"
            said = "\nused here" if name in used else "\n"
            wave.set_title(name + said, weight=weight, fontsize="small")
            magnitude = np.abs(wavelet.fourier(f)) / wavelet.peak[0]
            spectrum.plot(f, magnitude, color=ink.colours[2])
            spectrum.axvline(wavelet.peak[1], color=ink.muted, linestyle=":", linewidth=1)
            spectrum.set(ylim=(0, 1.15), yticks=[0, 1])
            spectrum.set_title(range_in_words(wavelet).replace(", ", "\n"), fontsize="small")
            if place % 2 == 0:
                wave.set_ylabel("Amplitude")
            spectrum.set_ylabel("Magnitude", labelpad=1)
        for wave, spectrum in axes[len(names) :]:
            wave.set_axis_off()
            spectrum.set_axis_off()
        for wave, spectrum in axes[max(len(names) - 2, 0) : len(names)]:
            wave.set_xlabel("Time (scales)")
            spectrum.set_xlabel("Cycles per scale")
        first = [wavelet.is_complex for wavelet in wavelets].index(True)
        known = axes[first][0].get_legend_handles_labels()
        if len(names) % 2:  # where the last row has room
            axes[-1][0].legend(*known, loc="center left")
        else:
            legend_below(drawing, *known)
