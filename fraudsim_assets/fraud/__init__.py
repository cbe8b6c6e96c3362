"""Fraud: who is struck, when and how, and what the bank learns of it.

Fraud is planned in campaigns. A campaign is a function of its number alone: when it starts, whom
it strikes, which steps it takes and when the card is blocked. Belongs here: scenarios, campaigns,
labels. Does not belong here: genuine behaviour, and the composition of a day.
"""
