"""What else than the class is predicted: several labels at once, or a number."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from biospectra.errors import StudyError
from biospectra.evaluation.cross_validation import folds_of
from biospectra.evaluation.groups import numbers_of
from biospectra.models.target_learners import fit_learner, said_by
from biospectra.store.features import StoredFeatures
