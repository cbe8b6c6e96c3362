"""Genuine spending: when people pay, where, how much, and what the issuer answers.

Belongs here: closed forms of genuine behaviour, each a function of keys and uniforms. Does not
belong here: fraud, and the composition of a day (``simulation``).
"""
