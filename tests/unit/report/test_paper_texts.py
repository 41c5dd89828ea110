"""The texts for a paper say what the run found, leave blank what it cannot know, and no more."""

import re

import pytest

from biospectra.evaluation.prediction_sets import LEARNT_FROM, OTHER_FOLDS
from biospectra.report.paper.certainty import certainty_lines
from biospectra.report.paper.checklists import Answer, evaluation_design, missing, outcome
from biospectra.report.paper.document import Document, blank, plain
from biospectra.report.paper.leakage_kinds import (
    EXCLUDED,
    NOT_EXCLUDED,
    leakage_kinds,
    model_info_document,
)
from biospectra.report.paper.methods import methods_document
from biospectra.report.paper.model_card import model_card
from biospectra.report.paper.page import PAGE, documents_of, write_texts
from biospectra.report.paper.references import (
    ENTRIES,
    OF_DATABASE,
    OF_KIND,
    OF_LIBRARY,
    bibtex,
    label_of,
)
from biospectra.report.paper.reforms import REFORMS_ITEMS
from biospectra.report.paper.scoring import scoring
from biospectra.report.paper.tripod_ai import TRIPOD_ITEMS
from support.papers import finished_run, is_among, numbers_of, numbers_said, scores


def test_each_number_of_the_methods_is_the_runs():
    run = finished_run()
    known = numbers_of(run.summary, run.provenance, run.people, run.recordings)
    known |= {311 + 331, 2 * 101, 2 * 37, 2 * 41}  # of both classes
    known |= {(47.5 + 67.5) / 2, 100 * 23 / 311}  # the median duration, and the share rejected
    for name, document in documents_of(run).items():
        told = numbers_said(document.markdown())
        assert told, name
        assert [said for said in told if not is_among(said, known)] == [], name


@pytest.mark.parametrize(
    "sentence",
    [
        "slow (21 recordings of 17 people) and fast (22 recordings of 16 people)",
        "Recordings lasted a median of 57.5 s (from 47.5 to 67.5 s)",
        "had been sampled at 360 Hz",
        "Of 642 segments, 23 were rejected (flat signal: 23).",
        "202 segments of 19 people in training, 74 segments of 8 people in validation and 82 "
        "segments of 13 people in test",
        "with its corner at 0.5 Hz was applied",
        "resampled to 128 Hz",
        "segments of 2 s, which started every 2 s",
        "the balanced accuracy was 0.73 (95 % interval 0.61 to 0.83) over 173 segments of 13 "
        "people, where chance is 0.50 (p = 0.012)",
        "200 bootstrap draws",
        "The seed was 29.",
        "43 cores and 53 MB",
        "NumPy 2.4.6 [@harris2020]",
        "mitdb, version 1.0.0 [@physionet-mitdb] [@moody2001]",
    ],
)
def test_the_methods_say(sentence):
    assert sentence in methods_document(finished_run()).markdown()


def test_targets_are_told_with_their_scores():
    age = {"features": "bands", "column": "age", "kind": "number", "superclasses": {}}
    age |= {"learner": "linear", "evaluation": "cross_validation", "pooling": "time"}
    run = finished_run({"classifiers": {}, "comparison": []})
    run.config["targets"] = {
        "age": age,
        "rhythm": age
        | {"column": "codes", "kind": "labels", "learner": "forest", "evaluation": "holdout"},
    }
    cnn = {"kind": "cnn", "input": "samples", "filters": [8], "epochs": 5, "batch_size": 16}
    cnn |= {"learning_rate": 0.01, "class_weight": "balanced", "augment": {}}
    for key in ("age", "rhythm"):
        entry = {k: v for k, v in run.config["targets"][key].items() if k != "features"}
        run.config["targets"][f"{key}_cnn"] = entry | {"evaluation": "holdout", "network": cnn}
    run.summary["targets"] = {
        "age": {
            "evaluation": "cross_validation",
            "recordings": 86,
            "people": 71,
            "left_out": 4,
            "mean_absolute_error": {"value": 6.88, "interval": [5.98, 7.85]},
            "correlation": {"value": None, "interval": None},
        }
    }
    text = methods_document(run).markdown()
    assert "Ridge regression learnt it from segments of `bands`" in text
    assert "several labels of a recording at once, from the column codes. A random forest" in text
    said = "The network that learnt it was a convolutional network on `samples`, with 8 filters"
    assert text.count(said) == 2
    assert "It learnt the number with mean 0 and standard deviation 1, by Huber's" in text
    assert "cross-entropy, in which those with a label and those without weighed the same." in text
    assert "that of the largest F1 on validation people" in text
    said = "`age`, evaluated by cross-validation in which each person was held out once, over 86 "
    said += "recordings of 71 people: mean absolute error 6.88 (95 % interval 5.98 to 7.85), "
    assert f"{said}correlation could not be computed. 4 recordings had no value." in text
    assert "Intervals of 95 % of the targets' scores came from" in text
    assert "by the area under the ROC curve" in text and "by the mean absolute error" in text
    assert "[@hesterberg2015]" in text and "spread about their mean by a factor of 1.41" in text
    assert "corrected by Holm's method [@holm1979] for the number of targets" in text
    run.summary["targets"]["age"]["evaluation"] = "holdout"
    assert "factor of 1.41" not in scoring(run)


def test_another_score_changes_that_sentence_alone():
    before = methods_document(finished_run()).markdown().splitlines()
    changed = finished_run({"classifiers": {"table": scores(0.8149)}})
    after = methods_document(changed).markdown().splitlines()
    different = [line for line in after if line not in before]
    assert len(different) == 1
    assert "the balanced accuracy was 0.81 " in different[0]


def test_a_score_is_claimed_for_no_more_than_it_supports():
    intervals = {"balanced_accuracy": None, "why_not": "class fast has 1 person, too few"}
    baselines = {"majority": {"balanced_accuracy": 0.5}, "shuffled": {"p_value": 0.31}}
    baselines["shuffled"]["smallest_p_value"] = 1 / 6
    weak = scores(
        0.55,
        intervals=intervals,
        baselines=baselines,
        classes={"slow": {"people": 2}, "fast": {"people": 1}},
        optimistic="optimistic: split by segment",
    )
    text = methods_document(finished_run({"classifiers": {"table": weak}})).markdown()
    assert "0.55 (no interval: class fast has 1 person, too few)" in text
    assert "The score of fast rests on one person." in text
    assert "A difference from chance was not shown at the level of 0.05." in text
    assert "With so few people no p-value could be below 0.17 (before correction)" in text
    assert "The scores are optimistic: split by segment." in text
    assert "not shown" not in methods_document(finished_run()).markdown()


def test_sets_of_classes_are_given_with_what_was_asked_for():
    held = {"people": 90, "share": 0.9111, "interval": [0.8343, 0.9543]}
    sets = {"coverage": held, "decided": {"people": 90, "share": 0.8667, "interval": [0.78, 0.92]}}
    known = {"coverage": 0.9, "within": "people", "segments": {"sets": None}}
    known |= {"recordings": {"sets": sets}, "learnt_from": OTHER_FOLDS}
    text = methods_document(
        finished_run({"classifiers": {"table": scores(0.73, uncertainty=known)}})
    ).markdown()
    assert (
        "On average over 90 people, its sets of classes held the true one in a share of 0.91 of "
        "the recordings (95 % interval 0.83 to 0.95), where 0.9 was asked for, and were a single "
        "class in 0.87." in text
    )
    assert "hierarchical conformal prediction" in text
    assert "it was not evaluated (held-out people of other folds)." in text


def test_differences_are_given_with_their_interval_and_corrected_p_value():
    pair = {
        "first": "table",
        "second": "net",
        "people": 13,
        "difference": {
            "balanced_accuracy": -0.001,
            "intervals": {"balanced_accuracy": [-0.004, 0.12]},
            "why_not": None,
        },
        "p_value_holm": 0.4,
    }
    both = {"table": scores(0.73), "net": scores(0.74)}
    summary = {"classifiers": both, "comparison": [pair]}
    text = methods_document(finished_run(summary)).markdown()
    assert "corrected by Holm's method" in text
    assert (
        "`table` minus `net`: 0.00 in balanced accuracy (95 % interval 0.00 to 0.12; p = 0.4), on"
        in text
    )
    pair["difference"]["intervals"] = {"balanced_accuracy": None}
    text = methods_document(finished_run(summary)).markdown()
    assert "(no interval: both predicted alike; p = 0.4)" in text


MET = {"met": {"kind": "vicreg", "input": "spectrogram", "transductive": True}}


@pytest.mark.parametrize(
    ("changes", "kind", "verdict", "words"),
    [
        ({}, "L3.2", EXCLUDED, "No person was learnt from and scored by the same model."),
        ({"split": {"by": "segment"}}, "L3.2", NOT_EXCLUDED, "one person could train and test"),
        ({"split": {"on_copies": "allow"}}, "L1.4", NOT_EXCLUDED, "on_copies: allow"),
        ({"segments": {"step_s": 1}}, "L1.4", EXCLUDED, "overlapped, always within one split"),
        (
            {"segments": {"step_s": 1}, "split": {"by": "segment"}},
            "L1.4",
            NOT_EXCLUDED,
            "Segments overlapped; they were split at random.",
        ),
        (
            {"segments": {"around": {"event": "cue", "from_s": 0, "to_s": 1}}},
            "L1.4",
            EXCLUDED,
            "Segments could overlap where events are close, always within one split.",
        ),
        ({"resample": {"by_label": {"slow": {}}}}, "L1.2", NOT_EXCLUDED, "cleaned according to"),
        ({"encoders": MET}, "L1.2", NOT_EXCLUDED, "met learnt, without labels, from samples of"),
        ({"resample": {"by_label": {"slow": {}}}}, "L2 ", NOT_EXCLUDED, "depended on the class"),
        ({"resample": {"scale": "robust"}}, "L3.1", "", "the scale is that of the whole recording"),
    ],
)
def test_each_kind_of_leakage_has_the_verdict_of_the_config(changes, kind, verdict, words):
    findings = leakage_kinds(finished_run(config=changes))
    assert len(findings) == 8
    (found,) = (finding for finding in findings if finding.kind.startswith(kind))
    assert verdict in found.verdict
    assert (found.verdict == NOT_EXCLUDED) == (verdict == NOT_EXCLUDED)
    assert words in found.why


@pytest.mark.parametrize(
    ("items", "sections", "count", "first", "last"),
    [(REFORMS_ITEMS, 8, 32, "1a", "8b"), (TRIPOD_ITEMS, 6, 52, "1", "27c")],
)
def test_a_checklist_has_all_items_of_its_guideline(items, sections, count, first, last):
    numbers = [number for _, entries in items for number, _, _ in entries]
    assert (len(items), len(numbers), numbers[0], numbers[-1]) == (sections, count, first, last)
    assert len(set(numbers)) == count
    run = finished_run()
    answers: list[Answer] = [answer for _, entries in items for _, _, answer in entries]
    assert all(answer(run).strip() for answer in answers)


def test_items_have_the_modules_and_letters_that_were_published():
    letters = {"Study goals": "abc", "Computational reproducibility": "abcde"}
    letters |= {"Data quality": "abcdefg", "Data preprocessing": "abc", "Modeling": "abcdef"}
    letters |= {"Data leakage": "abc", "Metrics and uncertainty": "abc"}
    letters |= {"Generalizability and limitations": "ab"}
    found = {name: [number for number, _, _ in entries] for name, entries in REFORMS_ITEMS}
    assert found == {
        name: [f"{k}{letter}" for letter in own] for k, (name, own) in enumerate(letters.items(), 1)
    }


def test_outcomes_and_missing_data_are_told_of_targets_too():
    spread = {"mean": 51.4, "standard_deviation": 12.2, "median": 50, "lowest": 20, "highest": 81}
    age = {"kind": "number", "column": "age", "recordings": 9, "people": 8, "left_out": 1}
    rhythm = {"kind": "labels", "column": "rhythm", "people": 8, "left_out": 0}
    rhythm["labels"] = {"AFIB": {"people": 3}, "LVH": {"people": 2}}
    run = finished_run({"targets": {"a": age | {"distribution": spread}, "r": rhythm}})
    said = outcome(run)
    assert "Another was age of a recording: mean 51.4, standard deviation 12.2, median 50" in said
    assert "(people with each label, of 8: AFIB: 3, LVH: 2)" in said
    own = {"superclasses": ["any"], "people": 7, "labels": {"any": {"people": 4}}}
    run.summary["targets"]["s"] = rhythm | own
    assert "of 8: AFIB: 3, LVH: 2)" in outcome(run) and "of 7: any: 4)" in outcome(run)
    assert "slow 23 of 311 (7.4 %), fast 0 of 331 (0 %)" in missing(run)
    assert missing(run).endswith(" 1 recording had no age.")


def test_a_target_with_a_classifiers_name_hides_no_evaluation():
    run = finished_run()
    run.config["classifiers"] = {"a": {"evaluation": "holdout"}}
    run.config["targets"] = {"a": {"evaluation": "cross_validation"}}
    assert evaluation_design(run).count("`a` was evaluated") == 2


def known_of(people: int, learnt_from: str, **why) -> dict:
    unit = {"people": people, "why_not_recalibrated": None, "why_no_sets": None} | why
    known = {"learnt_from": learnt_from, "recalibration": "temperature", "coverage": 0.9}
    return known | {"recordings": unit, "segments": unit}


def test_it_is_said_whom_certainty_rests_on_and_that_nobody_was_tested_twice():
    held_out = known_of(12, LEARNT_FROM["none"])
    folds = known_of(7, OTHER_FOLDS, why_no_sets="there are 7 people")
    rhythm = {"evaluation": "holdout", "thresholds": {"people": 5}}
    age = {"evaluation": "holdout"}  # a number has no threshold
    lines = certainty_lines(
        {"cnn": held_out, "table": folds, "old": None},
        {"rhythm": rhythm, "again": rhythm | {"evaluation": "cross_validation"}, "age": age},
    )
    assert len(lines) == 4
    for line, *words in zip(
        lines,
        (
            "corrected by a temperature and sets of classes for 90 % of people, of recordings and "
            "segments, "
            "rest on 12 people",
            "by a temperature, of recordings and segments, rest on 7 people (held-out people of "
            "other folds)",
            "rests on 5 people (validation people). None of these people is among",
            "rests on 5 people or more (held-out people of other folds)",
        ),
        (
            "(validation people, who did not stop its training). None of these people is",
            "There are no sets of classes (there are 7 people), of recordings and segments.",
            "`rhythm`",
            "is the mean of all folds', and was not tested",
        ),
        strict=True,
    ):
        assert all(word in line for word in words), line
    run = finished_run({"classifiers": {"table": scores(0.7, uncertainty=held_out)}})
    assert certainty_lines({"table": held_out}, {})[0] in model_info_document(run).markdown()


def test_what_the_run_cannot_know_is_blank():
    documents = documents_of(finished_run())
    assert all(document.blanks() for document in documents.values())
    methods = documents["methods.md"].markdown()
    assert blank("ethics approval and consent") in methods
    assert "[FILL IN: devices and electrodes]" in documents["datasheet.md"].markdown()


def test_excluded_recordings_are_listed_with_their_reasons():
    rejected = {"r7": "no good segment (5 | flat)", "r8": "no file"}
    document = documents_of(finished_run({"rejected_recordings": rejected}))["datasheet.md"]
    assert "- r7: no good segment (5 flat)\n- r8: no file" in document.markdown()
    assert "2 recordings were excluded; the datasheet gives the reason" in document.markdown()
    assert "could be used" not in document.markdown()


def test_a_recording_without_a_good_segment_is_counted_and_said_to_be():
    methods = methods_document(finished_run({"rejected_recordings": {"r1": "no good segment"}}))
    assert "The study read 2 recordings of 2 people." in methods.markdown()
    assert "Of these, 1 was read, but had no segment that could be used." in methods.markdown()


def test_texts_page_and_references_are_written(tmp_path):
    write_texts(finished_run(), tmp_path, {"small": "# Model card <x>"})
    page = (tmp_path / PAGE).read_text()
    references = (tmp_path / "references.bib").read_text()
    for name, document in documents_of(finished_run()).items():
        assert (tmp_path / name).read_text() == document.markdown()
        for key in document.cited():
            assert f"{{{key}," in references
            assert f'id="{key}"' in page
    anchors = set(re.findall(r'href="#([^"]+)"', page))
    assert anchors <= set(re.findall(r'id="([^"]+)"', page))
    assert page.count("<mark>") >= 40
    assert "Model card: small" in page and "# Model card &lt;x&gt;" in page
    assert not re.search(r"(src|href)=\"http", page)  # opens without a network


def test_all_that_is_cited_has_an_entry():
    cited = {*OF_LIBRARY.values(), *OF_DATABASE.values(), *OF_KIND.values()}
    assert cited <= set(ENTRIES)
    for key, entry in ENTRIES.items():
        assert entry.count("{") == entry.count("}"), key
        assert re.search(r"\d{4}$", label_of(key)), key
        assert re.search(r" (doi|url|publisher|journal|booktitle) = ", entry), key


def test_a_database_without_a_known_article_says_where_it_is():
    text = bibtex([], {"newdb": "2.0.0"})
    assert text.startswith("@misc{physionet-newdb,\n  title = {newdb, version 2.0.0}")
    assert "author" not in text


def test_names_cannot_change_a_text():
    assert plain("a|b <i>`x`</i>[c]") == "a b i x /i c"
    assert plain("=1+1").startswith("'")
    document = Document("t")
    document.table(["a"], [["x|y"]])
    document.paragraph("<script>")
    assert "| x/y |" in document.markdown()
    assert "<script>" not in document.html()


def test_a_model_card_tells_scores_people_and_what_was_not_scored():
    run = finished_run()
    settings = {
        **run.config,
        "model": "small",
        "units": ["mV"],
        "channels": ["II"],
        "novelty": None,
    }
    folds = scores(0.66, evaluation="cross_validation")
    entry = run.config["classifiers"]["table"] | {"evaluation": "cross_validation"}
    card = model_card(
        settings | {"classifiers": {"table": entry}}, {"table": folds}, {}, run.people, {}
    )
    text = card.markdown()
    assert "There were 19 people in training, 8 people in validation and 13 people in test." in text
    assert "balanced accuracy 0.66 (95 % interval 0.61 to 0.83) over 173 segments" in text
    assert "`table`: logistic regression on `fourier`" in text
    assert "the one in this folder learnt from all people, and was itself not scored" in text
    assert "their units were mV" in text
    assert card.blanks() >= 4
    age = {"kind": "number", "column": "age", "learner": "linear", "features": "bands"}
    found = {
        "age": {
            "model": "linear, bands",
            "recordings": 9,
            "people": 8,
            "left_out": 0,
            "evaluation": "holdout",
            "r2": {"value": None},
        }
    }
    settings |= {"classifiers": {}, "targets": {"age": age}}
    text = model_card(settings, {}, found, run.people, {}).markdown()
    assert "it learnt from are what it predicts `age` from." in text
    assert "`age`: a number, age, by linear, bands" in text and "its own classes" not in text
    assert (
        "`age`, evaluated on test people who were set aside, over 9 recordings of 8 people: R² "
        "could not be computed." in text
    )
