"""Estate: native records normalised into resources, each with its place.

`build` makes the estate. `VOCABULARY` are the attributes of every kind; `READS` the calls that each
kind and attribute is read from; `LISTS` the kinds that each listing call feeds.
"""

from scanner.estate.building import build
from scanner.estate.providers import LISTS, READS
from scanner.estate.vocabulary import VOCABULARY

__all__ = ["build", "READS", "LISTS", "VOCABULARY"]
