"""Discovery: where the bank stops campaigns, and when holders report those that it does not see.

Belongs here: outcomes of campaigns of strangers. Does not belong here: what their steps do (``pattern``), and labels
(``labels``).
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.config.scenarios import PatternParameters
from fraudsim_assets.fraud.campaigns import TEST, Campaigns, Outcome, Plan, Steps
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.maths.sampling import geometric_extra
from fraudsim_assets.reference_data.thieves import Casework
from fraudsim_assets.units import Floats


def detected_and_blocked(p: PatternParameters, campaigns: Campaigns, steps: Steps, scene: Scene) -> Plan:
    """Find where the bank stops each campaign, drop what would follow, and say when the bank knows.

    Tests are detected half as often as purchases; steps that hide less are detected more.
    """
    hazard = p.detection * (1.35 - 0.7 * scene.stealth) * np.where(steps.phase == TEST, 0.5, 1.0)
    caught = steps.uniforms(campaigns, "detected") < hazard
    never = np.iinfo(np.int64).max
    first = np.full(len(campaigns), never)
    np.minimum.at(first, steps.campaign[caught], steps.order[caught])
    persistence = geometric_extra(campaigns.uniforms("persistence"), p.persistence, 4)
    stop = first.take(steps.campaign)
    after = steps.order > stop
    kept = ~after | (steps.order - stop <= persistence.take(steps.campaign))
    steps = replace(steps, blocked=after, declined=steps.declined | after).take(kept)
    detected = first < never
    reported = ~detected & (campaigns.uniforms("reported") >= p.never_reported)
    delay = np.where(detected, 0.003, report_delays(scene.society.reference.casework, campaigns))
    return Plan(steps, Outcome(detected, reported, delay, detected | reported))


def report_delays(table: Casework, campaigns: Campaigns) -> Floats:
    """Time until the holder reports, log-uniform within the classes of the mixture. (n,) [days]"""
    u = campaigns.uniforms("report_class")
    place = np.minimum(np.searchsorted(np.cumsum(table.report_shares), u), len(table.report_shares) - 1)
    low, high = np.array(table.report_days)[place], np.array(table.report_days)[place + 1]
    return low * (high / low) ** campaigns.uniforms("report_delay")
