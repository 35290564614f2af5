"""Reachability between networks: guarded fixpoints over header atoms, in three values.

``inventory`` joins what the listings say of ``networks``; ``view`` adds filters, transit gateways and private
links. ``endpoints`` puts interfaces, seen and hypothetical, into networks; ``ways``, ``transit_ways`` and
``devices`` name the channels between them; ``graph`` collapses a channel into classes over the ``atoms`` that
its ``guards`` tell apart; ``fixpoint`` finds what passes; ``witness`` and ``legs`` say why, in the ``words``
of rules. ``transit`` follows packets through ``transit_gateways``, ``landing`` says where a hop ends,
``filters`` which network ACLs stand on the way. ``halves``, ``grants`` and ``naming`` find what is half open,
``blindness`` what a gap may hide.
"""
