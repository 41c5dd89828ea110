"""What stops a study when it is shared out."""

import pytest

from biospectra.errors import StudyError
from biospectra.steps.split import _refuse_two_scales


def test_counts_beside_millivolts_are_two_scales():
    units = {"anna": "mV", "bert": "adu", "cleo": "mV", "dora": "uS"}
    with pytest.raises(StudyError, match=r"two scales: bert in counts.*anna, cleo in mV.*gain"):
        _refuse_two_scales(units)


@pytest.mark.parametrize("units", [["mV", "uS"], ["adu", "adu"], ["robust", "robust"]])
def test_one_scale_is_as_it_should_be(units):
    _refuse_two_scales(dict(enumerate(units)))
