"""``fraudsim evaluate`` and ``fraudsim benchmark``: what they print and write, and what they refuse."""

import pytest

TINY = ("-c", "tiny", "-s", "policies.memory_days=1", "-s", "fraud.rate=0.03")
DAYS = ("--start", "2025-01-03", "--end", "2025-01-04")


def test_policies_are_evaluated_with_a_page_and_their_decisions(run, tmp_path):
    places = ("--html", str(tmp_path / "saved.html"), "--log", str(tmp_path / "log"))
    ran = run("evaluate", *TINY, *DAYS, "-p", "oracle", "--capacity", "7", *places, "--json")
    assert ran.code == 0, ran.err
    told = ran.json
    assert list(told["policies"]) == ["nothing", "oracle"]
    oracle = told["policies"]["oracle"]
    assert oracle["net"] == pytest.approx(sum(oracle["gains"].values()))
    assert oracle["net"] == pytest.approx(sum(oracle["net_by_day"]))
    assert oracle["net"] > 0
    page = (tmp_path / "saved.html").read_text()
    assert page.count("<svg") == 2
    assert 'policies.reviews.capacity</code></td><td class="n">7<' in page
    assert list((tmp_path / "log" / "oracle").glob("date=*/decisions.parquet"))


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-p", "tree", *DAYS), "policy 'tree' is none; valid are nothing, rules, trees, oracle"),
        (("-p", "rules"), "no days given"),
        (("-p", "rules", "--start", "2024-01-01", "--end", "2024-01-02"), "are outside the world"),
        (("-p", "rules", *DAYS, "--html", "no/such/folder/page.html"), "there is no folder"),
        (("-p", "rules", *DAYS, "-s", "policies.costs.review=-1"), "policies.costs.review"),
        (("-p", "rules", *DAYS, "-s", "policies.reviews.first_hour=22"), "valid are hours before last_hour"),
    ],
)
def test_what_cannot_be_evaluated_is_refused_before_any_day_is_made(run, arguments, told):
    ran = run("evaluate", *TINY, *arguments)
    assert ran.code != 0
    assert told in " ".join((ran.out + ran.err).split())


def test_the_benchmark_lists_its_commitments_and_refuses_another_seed(run):
    listed = run("benchmark", "list", "--json").json
    assert all(len(world["sha256"]) == 64 for world in listed.values())
    ran = run("benchmark", "reveal", "amber", "1:00000000")
    assert ran.code != 0
    assert listed["amber"]["sha256"] in " ".join((ran.out + ran.err).split())
