import os

import yaml

from fraudsim_assets.defs.home import prepare_home
from fraudsim_assets_tests.forked import Forked


def test_processes_that_begin_together_share_one_sound_home(tmp_path):
    environment = {**os.environ, "DAGSTER_HOME": str(tmp_path / "home")}
    together = [Forked("home", environment=environment) for _ in range(3)]
    told = [process.communicate()[0].strip() for process in together]
    assert [process.returncode for process in together] == [0, 0, 0]
    assert set(told) == {str(tmp_path / "home")}
    listed = Forked("dagster", ["run", "list"], environment=environment)
    _, err = listed.communicate()
    assert listed.returncode == 0, err


def test_a_home_is_quiet_and_keeps_the_owners_settings(tmp_path):
    (tmp_path / ".ready").touch()
    home = prepare_home(tmp_path)
    settings = yaml.safe_load((home / "dagster.yaml").read_text())
    assert settings["telemetry"] == {"enabled": False}
    assert settings["nux"] == {"enabled": False}
    (home / "dagster.yaml").write_text("telemetry: {enabled: false}\n")
    prepare_home(tmp_path)
    assert (home / "dagster.yaml").read_text() == "telemetry: {enabled: false}\n"
