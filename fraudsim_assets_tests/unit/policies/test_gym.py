"""The gymnasium environment: what gymnasium asks of it, and rewards that are the ledger."""

from datetime import date

import pytest
from gymnasium.utils.env_checker import check_env

from fraudsim_assets.policies.contest import hold
from fraudsim_assets.policies.gym import ACTIONS, FraudEnv
from fraudsim_assets.policies.ledger import LINES
from fraudsim_assets.policies.loading import Function

DAY = date(2025, 4, 1)


@pytest.fixture(scope="module")
def env() -> FraudEnv:
    return FraudEnv.of("tiny", [DAY], "policies.memory_days=1", "population.scale=0.7", "fraud.rate=0.03")


@pytest.mark.filterwarnings("error")
def test_gymnasium_accepts_it(env):
    check_env(env, skip_render_check=True)  # it draws nothing


def test_rewards_add_up_to_the_ledger_of_the_same_decisions(env):
    chosen, rewards, over = {}, 0.0, False
    env.reset()
    while not over:
        number = env._agent.asked[env._turn]
        action = 2 if number % 9 == 0 else 3 if number % 50 == 1 else 0
        chosen[number] = ACTIONS[action].value
        _, reward, over, _, info = env.step(action)
        rewards += reward
    policy = Function("same", lambda sight: [chosen[number] for number in sight.payments["transaction_id"]])
    total = hold(env._world, [policy], [DAY]).results["same"].total
    assert total["refused"] > 40
    assert rewards == pytest.approx(sum(total[line] for line in LINES))
    assert info["euros"] == pytest.approx(rewards)
