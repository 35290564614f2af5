"""Reachability between virtual networks of Azure: packets as header atoms, in three values.

``inventory`` indexes the listings, ``hidden`` says what they leave out. ``rules`` reads security groups,
``tags`` the
service tags in them, ``filters`` decides by priority. ``routes`` says where a subnet sends. ``ends`` are the
interfaces, seen and hypothetical, of a place; a ``channel`` is one way from a network to another, ``ways``
and
``devices`` find them, and ``links`` those by private endpoints. ``pairs`` puts a pair's crossings together.
"""
