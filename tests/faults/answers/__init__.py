"""What moto has no operation for: one file a service, each exporting ``ANSWERS``; found by path.

``ANSWERS`` is call name -> a function that makes the body of the answer from the request, in the shape of
the API's page that it names. It raises on a request that is not as documented, which becomes HTTP 500.
``AMENDED``, where a module has it, is call name -> what is done to the body of moto's own answer.
They stand whatever `FaultyServer.clear` forgets; `FaultyServer.answer` replaces them for one test.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping

from tests.faults.wire import Answer

_MODULES = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]

STANDING: Mapping[str, Answer] = {
    call: answer for module in _MODULES for call, answer in getattr(module, "ANSWERS", {}).items()
}
AMENDED: Mapping[str, Callable[[bytes], bytes]] = {
    call: change for module in _MODULES for call, change in getattr(module, "AMENDED", {}).items()
}
