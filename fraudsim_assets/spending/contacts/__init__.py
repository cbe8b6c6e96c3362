"""Contacts: what honest customers do at their bank without paying.

The one idea: a contact has a cause that is looked up: a device that is replaced, a move, a card that is renewed, a
journey, a log-in that fails; or it comes at a rate of the person's own. So whoever moves says so, and whoever takes
over an account looks like many who have bought a telephone.

Belongs here: contacts of a day in closed form. Does not belong here: those of fraud and of its victims, and rows.
"""
