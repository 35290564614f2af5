"""Evaluate: estate, facts and policies in, checked verdicts out."""

from scanner.evaluate.catalogue import Catalogue, load_catalogue
from scanner.evaluate.choice import CHOICES, open_engine
from scanner.evaluate.engine import Engine
from scanner.evaluate.judge import evaluate

__all__ = ["CHOICES", "Catalogue", "Engine", "evaluate", "load_catalogue", "open_engine"]
