"""Writes the JSON Schema of the environment file: ``python -m scanner.config``."""

import sys

from scanner.config.schema import written

sys.stdout.write(written())
