"""The environment file: which environments there are, and what may cross between them.

`load` and `parse` give an `EnvironmentFile` or raise one `ConfigError` that tells every mistake;
`json_schema` is the published schema of the format.
"""

from scanner.config.file import EnvironmentFile
from scanner.config.loading import load, parse
from scanner.config.people import Attestation
from scanner.config.schema import json_schema

__all__ = ["load", "parse", "EnvironmentFile", "Attestation", "json_schema"]
