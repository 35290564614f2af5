"""What moto has no operation for: one file a service, each exporting ``ANSWERS``; found by path.

``ANSWERS`` is call name -> a function that makes the body of the answer from the request, in the shape of
the API's page that it names. It raises on a request that is not as documented, which becomes HTTP 500.
They stand whatever `FaultyServer.clear` forgets; `FaultyServer.answer` replaces them for one test.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping

from tests.faults.wire import Answer


def _found() -> dict[str, Answer]:
    answers: dict[str, Answer] = {}
    for module in pkgutil.iter_modules(__path__):
        answers |= importlib.import_module(f"{__name__}.{module.name}").ANSWERS
    return answers


STANDING: Mapping[str, Answer] = _found()
