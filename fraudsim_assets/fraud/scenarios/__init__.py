"""Built-in kinds of fraud, one object each, registered as entry points like any plugin.

Belongs here: scenarios. Does not belong here: the machinery they share (``pattern``, ``scene``).
"""
