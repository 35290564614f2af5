"""Writes what is generated from the models: ``python -m scanner.config [schema | reference]``."""

import sys

from scanner.config.reference import reference
from scanner.config.schema import written

sys.stdout.write(reference() if sys.argv[1:] == ["reference"] else written())
