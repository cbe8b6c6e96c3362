"""Policies: what a detector's decisions about payments would have saved, in money.

The one idea: decisions are an input of the world (``fraudsim_assets.decisions``), so two policies are tried on the same
people, and the difference between them is exact. A policy goes forward in time, sees what a bank sees, and is judged by
a ledger in euros.

Belongs here: what a policy is given and gives back, features as of then, baselines, reviews, the ledger and runs of
policies over days. Does not belong here: what a decision changes in the world (``fraudsim_assets.decisions``), and how
results are printed (``cli``).
"""
