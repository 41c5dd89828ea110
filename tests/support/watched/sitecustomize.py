"""Every process that finds this on its path holds the words of its figures against each other.

A fault becomes a line of the file that `FIGURE_FAULTS` names: a JSON list of the figure's name and
what is wrong with it, which is nothing where all is well.
"""

import importlib.util
import json
import os
import sys
from importlib.abc import MetaPathFinder
from pathlib import Path


class Watch(MetaPathFinder):
    """Finds matplotlib's module of figures, once, and has each figure judged when it is saved."""

    def find_spec(self, name, path, target=None):
        if name != "matplotlib.figure":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        load = spec.loader.exec_module

        def loaded(module):
            load(module)
            save = module.Figure.savefig

            def saved(drawing, path, *args, **options):
                from support.drawn import faults_of

                save(drawing, path, *args, **options)
                if Path(path).suffix == ".png":
                    with Path(os.environ["FIGURE_FAULTS"]).open("a") as file:
                        file.write(json.dumps([str(path), faults_of(drawing)]) + "\n")

            module.Figure.savefig = saved

        spec.loader.exec_module = loaded
        return spec


if "FIGURE_FAULTS" in os.environ:
    sys.meta_path.insert(0, Watch())
