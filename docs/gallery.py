"""How the tutorials' figures look: as the library's own."""

import warnings

from biospectra.report.style import COLOURS, Look


def use_the_librarys_look(conf, name):
    """Set matplotlib's defaults before each tutorial."""
    from matplotlib import cycler, rcParams

    warnings.filterwarnings("ignore", "The inplace keyword")  # in wfdb, of pandas 4
    rcParams.update(Look().settings())
    rcParams.update({"axes.prop_cycle": cycler(color=COLOURS), "savefig.dpi": 110, "font.size": 9})


conf = {"reset_modules": ("matplotlib", use_the_librarys_look), "min_reported_time": 1e9}
