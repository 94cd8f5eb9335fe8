"""Runs, guesses, the table, the claims, and comparisons with Keras."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

from helpers import results
from helpers.language import CourseError

HISTORY = SimpleNamespace(
    history={
        "accuracy": [0.5, 0.9, 1.0],
        "val_accuracy": [0.6, 0.8, 0.8],
        "loss": [1.0, 0.4, 0.1],
        "val_loss": [0.9, 0.5, 0.6],
    }
)
BAND = {"mean": 0.95, "std": 0.002, "min": 0.94, "max": 0.953}


@pytest.fixture(autouse=True)
def fresh(monkeypatch, tmp_path):
    """Every test begins a lesson whose ledger has one run."""
    ledger = tmp_path / "results.json"
    entry = {
        "measured": {"seeds": list(range(10))},
        "runs": {"baseline": {"test_accuracy": BAND}},
        "claims": {"memorises": {"held": 10, "of": 10}},
    }
    ledger.write_text(json.dumps({"01_test": entry}))
    monkeypatch.setattr(results, "LEDGER", ledger)
    results.start("01_test")


def test_figures_of_a_run_by_hand():
    run = results.record("baseline", HISTORY, {"accuracy": 0.95, "loss": 0.2}, seconds=9.5, extra_share=0.3)
    assert run.figures == {
        "train_accuracy": 1.0,
        "val_accuracy": 0.8,
        "train_loss": 0.1,
        "val_loss": 0.6,
        "epochs": 3,
        "best_epoch": 2,
        "best_val_loss": 0.5,
        "val_loss_rise": pytest.approx(0.2),
        "test_accuracy": 0.95,
        "test_loss": 0.2,
        "seconds": 9.5,
        "extra_share": 0.3,
    }
    assert run.test_accuracy == 0.95


def test_unknown_figure_names_those_there_are():
    run = results.record("baseline", HISTORY)
    with pytest.raises(AttributeError, match=r"test_accuracy.*val_loss"):
        _ = run.test_accuracy


def test_description_is_computed_from_the_run(lang):
    text = results.record("baseline", HISTORY).describe()
    assert {"en": "a gap of 20.0 percentage points", "es": "una brecha de 20.0 puntos"}[lang] in text
    assert {"en": "lowest after epoch 2 (0.500) and ended 20 % higher", "es": "tras la época 2 (0.500)"}[lang] in text


def test_description_where_validation_is_ahead(lang):
    ahead = SimpleNamespace(history={"accuracy": [0.9], "val_accuracy": [0.975]})
    text = results.record("ahead", ahead).describe()
    assert {"en": "validation is 7.5 percentage points ahead", "es": "va 7.5 puntos porcentuales por delante"}[
        lang
    ] in text


def test_description_of_a_loss_that_still_falls(lang):
    falling = SimpleNamespace(history={"loss": [2, 1], "val_loss": [3, 2]})
    text = results.record("falling", falling).describe()
    assert {"en": "still falling", "es": "seguía bajando"}[lang] in text


@pytest.mark.parametrize(("guess", "noted"), [(0.93, 0.93), (93, 0.93), ("0.5", 0.5), (1, 1.0), (0, 0.0)])
def test_guess_is_noted(guess, noted):
    results.guess("baseline", test_accuracy=guess)
    assert results.guessed("baseline", "test_accuracy") == pytest.approx(noted)


@pytest.mark.parametrize("guess", [..., "many", None, -0.1, 101, float("nan")])
def test_no_guess_is_not_an_error(guess, capsys, lang):
    results.guess("baseline", test_accuracy=guess)
    assert results.guessed("baseline", "test_accuracy") is None
    assert 0 < len(capsys.readouterr().out) < 200


def test_a_guess_says_of_which_figure_it_is_unless_it_is_the_usual_one(capsys):
    results.guess("altered", test_accuracy=..., cnn_mirrored_accuracy=..., cnn_smaller_accuracy=0.7)
    said = capsys.readouterr().out
    assert '"altered" yet' in said and '"altered", cnn_mirrored_accuracy yet' in said
    assert '"altered", cnn_smaller_accuracy: 70.0 %' in said


def test_table_shows_run_band_and_guess(lang):
    results.guess("baseline", test_accuracy=0.5)
    results.record("baseline", HISTORY, {"accuracy": 0.951}, seconds=9.6)
    results.guess("other", train_accuracy=0.7)
    results.record("other", HISTORY)
    results.record("search", spread=0.02)
    text = repr(results.table()).replace("\u00a0", " ")
    assert "`search`" not in text
    assert "| `baseline` | 100.0 % | 80.0 % | 95.1 % | 10 | 95.0 % ± 0.2 | 50.0 % |" in text
    assert "| `other` | 100.0 % | 80.0 % | – | – | – | 70.0 % (train_accuracy) |" in text
    assert len(text.splitlines()) == 4  # nothing to remark
    assert results.table()._repr_markdown_().replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("value", "inside"), [(0.942, True), (0.958, True), (0.9401, True), (0.93, False), (0.96, False)]
)
def test_band_is_four_deviations_or_the_range_seen(value, inside):
    assert results.in_band(value, BAND) is inside


def test_a_figure_is_in_the_band_of_its_own_rounded_value():
    measured = float(np.float32(0.2))  # 0.20000000298
    assert results.in_band(measured, {"mean": 0.2, "std": 0.0, "min": 0.2, "max": 0.2})


def test_run_outside_the_band_is_told_kindly(lang):
    results.record("baseline", HISTORY, {"accuracy": 0.5})
    assert {"en": "Outside the range we measured: `baseline`", "es": "Fuera del rango"}[lang] in repr(results.table())


TEXTS = {"en": "it learns by heart", "es": "se lo aprende de memoria"}


@pytest.mark.parametrize(
    ("figures", "options", "shown"),
    [
        ((0.99951, ">=", 0.999), {"unit": "%"}, "100.0 % ≥ 99.9 %"),
        ((0.9203, ">", 0.8777), {"unit": "%"}, "92.0 % > 87.8 %"),
        ((0.9703, ">", 0.97), {"unit": "%"}, "97.03 % > 97.00 %"),
        ((1.0, ">=", 0.112), {"unit": "%", "margin": 0.6}, "100.0 % ≥ 11.2 % + 60 points"),
        ((0.325, "<", 0.9276), {"unit": "%", "margin": -0.3}, "32.5 % < 92.8 % − 30 points"),
        ((-0.0002, "<", 0.0473), {"unit": "points"}, "0.0 < 4.7"),
        ((0.047, ">=", 0.015), {"unit": "points", "margin": 0.02}, "4.7 ≥ 1.5 + 2 points"),
        ((0.09428, "<", 0.122286), {}, "0.09428 < 0.12229"),
        ((12.5, ">=", 9.0), {"margin": 3}, "12.5 ≥ 9 + 3"),
        ((0.5, "<=", 0.9), {"margin": -0.25}, "0.5 ≤ 0.9 − 0.25"),
        ((0, "<=", 0), {}, "0 ≤ 0"),
    ],
)
def test_claim_that_holds_is_a_sentence_with_both_figures(figures, options, shown, capsys, lang):
    results.claim("memorises", *figures, **TEXTS, **options)
    shown = shown.replace("points", {"en": "points", "es": "puntos"}[lang])
    assert capsys.readouterr().out.replace("\u00a0", " ") == f"✓ {TEXTS[lang]}: {shown}\n"


def test_figures_of_a_claim_are_never_broken_into_lines(capsys):
    results.claim("memorises", 0.92, ">", 0.878, en="word " * 15 + "end", es="", unit="%")
    assert "92.0\u00a0%\u00a0>\u00a087.8\u00a0%" in capsys.readouterr().out


def test_ledger_keeps_the_margin_as_part_of_the_bound():
    results.claim("memorises", 1.0, ">=", 0.112, margin=0.6, **TEXTS)
    assert json.loads(results.to_json())["claims"]["memorises"] == {
        "left": 1.0,
        "right": 0.112 + 0.6,
        "relation": ">=",
        "held": True,
    }


def test_claim_that_fails_is_a_sentence_for_the_learner(capsys, monkeypatch, lang):
    monkeypatch.delenv("COURSE_STRICT")
    results.claim("memorises", 0.2, ">=", 0.999, **TEXTS)
    printed = capsys.readouterr().out.replace("\u00a0", " ")
    assert printed.startswith(f"✗ {TEXTS[lang]}: ") and "0.200 < 0.999" in printed and "10" in printed


def test_claim_that_fails_is_an_error_for_the_tests(monkeypatch):
    monkeypatch.setenv("COURSE_STRICT", "1")
    with pytest.raises(CourseError, match=TEXTS["en"]):
        results.claim("memorises", 0.2, ">=", 0.999, **TEXTS)
    assert json.loads(results.to_json())["claims"]["memorises"]["held"] is False


def test_claim_with_nan_does_not_hold(monkeypatch, capsys):
    monkeypatch.delenv("COURSE_STRICT")
    results.claim("memorises", float("nan"), ">", 0, **TEXTS)
    assert capsys.readouterr().out.startswith("✗")


def test_unknown_relation_is_refused():
    with pytest.raises(KeyError, match="=="):
        results.claim("memorises", 1, "==", 1, **TEXTS)


@pytest.mark.parametrize(
    ("held", "mean", "holds"), [(10, True, True), (9, True, True), (8, True, False), (10, False, False)]
)
def test_claim_of_the_ledger_holds_for_the_mean_and_nine_of_ten_seeds(held, mean, holds):
    assert results.holds({"held": held, "of": 10, "mean_holds": mean}) is holds


@pytest.mark.parametrize(
    ("by_hand", "keras", "largest"),
    [
        ([1.0, 2.0], np.array([1.0, 2.0 + 6e-8]), "6e-08"),
        (3, 3.0, "0"),
        ([(1, 2), (3, 4)], [[1, 2], [3, 4]], "0"),
        ([1e6], [1e6 + 1], "1"),  # a millionth of the value
    ],
)
def test_same_says_how_far_apart(by_hand, keras, largest, capsys, lang):
    results.same(by_hand, keras)
    said = {"en": "same as Keras: largest difference ", "es": "igual que en Keras: diferencia máxima "}[lang]
    assert capsys.readouterr().out == f"{said}{largest}\n"


@pytest.mark.parametrize(
    ("by_hand", "keras", "told"),
    [
        ([[1.0, 2.0], [3.0, 4.0]], [[1.0, 2.0], [3.5, 4.1]], ["2 of 4", "(1, 0)", "3.5"]),
        ([1.0, float("nan")], [1.0, 2.0], ["1 of 2", "(1,)", "nan"]),
        ([1.0, 2.0], [1.0, 2.0, 3.0], ["(2,)", "(3,)"]),
        ([0.001], [0.00102], ["1 of 1"]),
    ],
)
def test_same_raises_with_where_they_differ(by_hand, keras, told):
    with pytest.raises(CourseError) as error:
        results.same(by_hand, keras)
    assert all(part in str(error.value) for part in told)


def test_same_gives_both_of_two_single_numbers_and_no_place(lang):
    with pytest.raises(CourseError) as error:
        results.same(3, 4.0)
    assert (
        str(error.value)
        == {
            "en": "Not the same: 3 and 4.",
            "es": "No son iguales: 3 y 4.",
        }[lang]
    )


def test_same_says_what_agrees(capsys, lang):
    results.same([1.0], [1.0], en="the loaded network answers as before", es="la red cargada responde como antes")
    said = {"en": "the loaded network answers as before", "es": "la red cargada responde como antes"}[lang]
    assert capsys.readouterr().out.startswith(f"{said}: ")


def test_record_asks_for_named_test_figures(lang):
    with pytest.raises(CourseError, match="return_dict=True"):
        results.record("baseline", HISTORY, [0.2, 0.95])


@pytest.mark.parametrize("last", [0.0, 0.3])
def test_validation_loss_of_exactly_zero_is_questioned(last, lang):
    perfect = SimpleNamespace(history={"loss": [1.0, 0.5], "val_loss": [0.0, last]})
    text = results.record("perfect", perfect).describe()
    assert {"en": "exactly 0 after epoch 1", "es": "exactamente 0 tras la época 1"}[lang] in text


def test_start_forgets_the_last_run_all():
    results.record("baseline", HISTORY)
    results.guess("baseline", test_accuracy=0.5)
    results.start("01_test")
    assert json.loads(results.to_json()) == {"runs": {}, "curves": {}, "claims": {}}
    assert results.guessed("baseline", "test_accuracy") is None


@pytest.mark.parametrize(
    ("figure", "band", "text"),
    [
        ("test_accuracy", (0.9512, 0.0021), "95.1 % ± 0.2"),
        ("val_loss_rise", (0.118, 0.05), "11.8 % ± 5.0"),
        ("val_loss", (0.1364, 0.0149), "0.136 ± 0.015"),
        ("best_epoch", (16.4, 2.6), "16 ± 3"),
        ("seconds", (18.6, 1.0), "19"),
    ],
)
def test_how_the_ledger_is_printed(figure, band, text):
    assert results.format_band(figure, dict(zip(("mean", "std"), band, strict=True))) == text


def test_bands_by_lesson_leave_out_what_has_no_test_figure():
    entries = json.loads(results.LEDGER.read_text())
    entries["00_before"] = {"runs": {"blind": {"val_loss": BAND}, "seen": {"test_accuracy": BAND}}}
    results.LEDGER.write_text(json.dumps(entries))
    assert results.bands_by_lesson() == {"00": {"seen": BAND}, "01": {"baseline": BAND}}


def test_a_recorded_run_is_the_ledgers_mean_and_before_it_is_measured_todays():
    entries = json.loads(results.LEDGER.read_text())
    curves = {"loss": [1.0, 0.5], "val_loss": [1.0, 0.75]}
    entries["01_test"] |= {"long": {"runs": {"sixty": {"test_accuracy": BAND}}}, "curves": {"sixty": curves}}
    results.LEDGER.write_text(json.dumps(entries))
    results.start("01_test")
    run = results.recorded("sixty")
    assert run.history == curves and run.test_accuracy == BAND["mean"]
    today = results.record("new", HISTORY)
    assert results.recorded("new") is today


def test_bands_by_lesson_before_any_measurement(monkeypatch, tmp_path):
    monkeypatch.setattr(results, "LEDGER", tmp_path / "none.json")
    assert results.bands_by_lesson() == {}
