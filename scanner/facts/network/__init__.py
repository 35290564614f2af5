"""Reachability between networks: guarded fixpoints over header atoms, in three values.

``view`` joins what the listings say; ``endpoints`` puts interfaces, seen and hypothetical, into networks;
``ways`` and ``devices`` name the channels between them; ``graph`` collapses a channel into classes over
the ``atoms`` that its ``guards`` tell apart; ``fixpoint`` finds what passes; ``witness`` and ``legs`` say
why. ``halves``, ``grants`` and ``naming`` find what is half open, ``blindness`` what a gap may hide.
"""
