"""SIM swap: the holder's phone number answers on the fraudster's phone, and so do one-time passwords.

Within a night, two to five transfers and gift cards are paid remotely with a passed challenge. The
holder notices a dead phone after some hours and calls the bank. Before that the bank sees a new password, a new
device and, from rings that order cards as well, a change of address to one of their drops.

It shows everything that a scenario may use: parameters, rings with their devices and drops, events at the bank, and an
incident of the timeline, in which all victims are customers of one telephone company.
"""

import numpy as np
from pydantic import Field

from fraudsim_assets.fraud.campaigns import Campaigns, Outcome, Plan, Steps
from fraudsim_assets.fraud.deeds import AS_USUAL, Deeds
from fraudsim_assets.fraud.scenario import Scenario, ScenarioParameters
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.fraud.traces import Traces
from fraudsim_assets.streams import below
from fraudsim_assets.tables.codes import EVENT_CHANNELS, EVENT_OUTCOMES, EVENT_TYPES, THREE_DS_RESULTS
from fraudsim_assets.units import Ints

COMPANIES = 12
"""Telephone companies. ASSUMPTION. [count]"""


class SimSwapParameters(ScenarioParameters):
    """What may be set under ``fraud.scenarios.sim_swap.parameters``."""

    most_payments: int = Field(default=5, ge=2, le=20, description="Most payments of a night. [count]")
    gap_minutes: float = Field(default=12.0, gt=0, le=120, description="Mean time between payments. [minutes]")
    euros: float = Field(default=180.0, gt=0, le=10_000, description="Median payment. [EUR]")
    notice_hours: float = Field(default=9.0, gt=0, le=240, description="Mean time until the holder calls. [h]")
    ring: float = Field(default=0.7, ge=0, le=1, description="Campaigns that a ring commits. [share]")
    night: float = Field(default=0.8, ge=0, le=1, description="Campaigns in the small hours. [share]")
    moves: float = Field(default=0.3, ge=0, le=1, description="Campaigns that change the address. [share]")
    incident: str | None = Field(
        default=None, description="Name of a leak at one telephone company; null strikes customers of all of them."
    )


class SimSwap(Scenario[SimSwapParameters]):
    """The scenario: what it is called, and two functions."""

    name = "sim_swap"
    parameters_model = SimSwapParameters
    share = 0.03
    horizon = 1.0

    def strike(self, parameters: SimSwapParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        """Choose victims by their exposure; in an incident, any customer of the company that leaked."""
        if parameters.incident is None:
            return scene.victims.choose(campaigns)
        known = scene.cache(accounts_of_company, most=8).get(parameters.incident)
        return known.take(below(campaigns.draw("leaked").words(campaigns.number), len(known)))

    def campaigns(self, parameters: SimSwapParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan each campaign's payments and how it ends."""
        u = campaigns.uniforms("payments")
        counts = 2 + (u * (parameters.most_payments - 1)).astype(np.int64)
        steps = Steps.lay_out(campaigns, counts)
        steps.minute[:] = steps.order * parameters.gap_minutes
        steps.declined[:] = steps.uniforms(campaigns, "declined") < 0.15
        everyone = np.ones(len(campaigns), dtype=bool)
        hours = -np.log(campaigns.uniforms("notice")) * parameters.notice_hours
        return Plan(steps, Outcome(detected=~everyone, reported=everyone, delay=hours / 24, blocks=everyone))

    def events(
        self, parameters: SimSwapParameters, campaigns: Campaigns, steps: Steps, scene: Scene, day: int
    ) -> Deeds:
        """Say what is paid at the steps of a day; ``campaigns`` has one entry per step."""
        ids, n = steps.ids_of(campaigns), len(steps)
        table = scene.wares.kind_table({"money_transfer": 0.6, "gift_cards": 0.4}, remote=True)
        kind = table[(campaigns.draw("kind").uniforms(ids) * len(table)).astype(np.int64)]
        country = scene.country_of(scene.home_city(steps.account, day))
        merchant = scene.merchants(
            persona=campaigns.number,
            place=scene.place(kind=kind, city=country, web_country=country),
            kind=kind,
            u=campaigns.draw("shop").uniforms(ids),
            own=np.zeros(n, dtype=bool),
            day=day,
        )
        euros = parameters.euros * np.exp(campaigns.draw("amount").uniforms(ids) - 0.5)
        minor, euros = scene.write(
            euros=euros, kind=kind, merchant=merchant, words=campaigns.draw("ending").words(ids), day=day
        )
        # a ring answers passwords on phones of its own, and on those of people who do not know
        phone = scene.hideouts.devices(campaigns)
        return Deeds(
            kind=kind,
            merchant=merchant,
            minor=minor,
            euros=euros,
            entry=np.full(n, AS_USUAL),
            three_ds=np.full(n, THREE_DS_RESULTS.index("challenge")),
            device=phone,
            address=np.zeros(n, dtype=np.int64),
            source=np.full(n, -1),
        )

    def traces(self, parameters: SimSwapParameters, campaigns: Campaigns, scene: Scene) -> Traces:
        """Leave a new password and a new device within the hour before the first payment, and some a new address."""
        n = len(campaigns)
        campaign, order = np.repeat(np.arange(n), 3), np.tile([0, 1, 2], n)
        moves = campaigns.uniforms("moves") < parameters.moves
        some = np.flatnonzero((order < 2) | moves.take(campaign))
        campaign, order = campaign[some], order[some]
        kinds = np.array([EVENT_TYPES.index(kind) for kind in ("password_reset", "new_device", "address_change")])
        hours = campaigns.uniforms("takeover").take(campaign) * np.array([1.0, 0.5, 0.4]).take(order)
        # a ring answers passwords on phones of its own, and on those of people who do not know
        phone = scene.hideouts.devices(campaigns)
        return Traces(
            campaign=campaign,
            order=order,
            kind=kinds.take(order),
            channel=np.full(len(some), EVENT_CHANNELS.index("app")),
            outcome=np.full(len(some), EVENT_OUTCOMES.index("step_up")),
            offset=-hours / 24,
            device=phone.take(campaign),
            address=np.zeros(len(some), dtype=np.int64),
            country=np.full(len(some), AS_USUAL),
            drop=scene.hideouts.drops(campaigns).take(campaign),
            phone=np.full(len(some), AS_USUAL),
        )


def accounts_of_company(scene: Scene, incident: str) -> Ints:
    """Accounts whose holders are customers of the telephone company that an incident is about. Ascending."""
    entities = scene.society.entities
    company = below(scene.streams.draw("sim_swap.company").words(np.arange(entities.n_customers)), COMPANIES)
    leaked = below(scene.streams.draw(f"sim_swap.{incident}").words(np.zeros(1, dtype=np.int64)), COMPANIES)
    return np.flatnonzero(company.take(entities.account_customer) == leaked)


SIM_SWAP = SimSwap()
