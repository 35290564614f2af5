"""Secrets: whoever reads or writes one needs its key too.

https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_examples_cross.html
"""

from __future__ import annotations

from scanner.facts.identity.services import Service

SERVICE = Service(keyed={"read": "kms:decrypt", "write": "kms:generatedatakey"})
