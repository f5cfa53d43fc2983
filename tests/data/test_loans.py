from __future__ import annotations

import numpy as np

from gd_studio.data import LoanApplicants, Preparation, prepare


def test_an_identifier_and_a_date_start_switched_off_and_say_so() -> None:
    prepared = prepare(LoanApplicants().load(), Preparation(), standardize_target=False)
    used = [column.name for column in prepared.columns_in_use]
    assert "application" not in used
    assert "applied on" not in used
    assert any(t.startswith("application:") and "off" in t for t in prepared.treatments)
    assert any(t.startswith("applied on:") and "date" in t for t in prepared.treatments)


def test_some_values_are_missing_but_no_decision_is() -> None:
    data = LoanApplicants().load()
    missing = {column.name: column.missing for column in data.columns}
    assert missing["income"] > 0
    assert missing["home"] > 0
    assert data.target.missing == 0
    assert data.classes == ("denied", "approved")


def test_noise_is_the_share_of_turned_decisions() -> None:
    clean, noisy = (LoanApplicants(noise=n, samples=1000).load().codes for n in (0.0, 0.1))
    assert np.count_nonzero(clean != noisy) == 100


def test_both_decisions_are_common_and_columns_hang_together() -> None:
    data = LoanApplicants(samples=4000).load()
    column = {c.name: c.values for c in data.columns}
    assert 0.35 < data.codes.mean() < 0.65
    known = ~np.isnan(column["income"]) & ~np.isnan(column["employment"])
    both = np.corrcoef(column["income"][known], column["employment"][known])
    assert both[0, 1] > 0.2
    assert (column["employment"][known] <= column["age"][known] - 18).all()


def test_an_indebted_applicant_is_denied_more_often() -> None:
    data = LoanApplicants(samples=4000).load()
    debt = next(c.values for c in data.columns if c.name == "debt ratio")
    assert data.codes[debt > 50].mean() < data.codes[debt < 20].mean() - 0.4
