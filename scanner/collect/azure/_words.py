"""How Azure is asked: rows of Resource Graph for many subscriptions at once, GETs of Resource Manager.

Of the tenant: GETs of Microsoft Graph (`Entra`), https://learn.microsoft.com/graph/api/overview.

- Resource Graph: https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources,
  tables: https://learn.microsoft.com/azure/governance/resource-graph/reference/supported-tables-resources;
- Resource Manager: https://learn.microsoft.com/rest/api/azure/.
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.collect.calls import Read

COLUMNS = (
    "id",
    "name",
    "type",
    "location",
    "subscriptionId",
    "resourceGroup=tolower(resourceGroup)",
    "tags",
    "kind",
    "sku",
    "properties",
)
"""What is kept of a row, unless a read says otherwise; without ``id`` Resource Graph turns no page."""


@dataclass(frozen=True, slots=True)
class Rows(Read):
    """Rows of a table, by type (``None``: of every type that no other read of that table names).

    The answer is ``{"rows": [...]}``, each with its id in lower case: Azure compares ids without case.
    """

    table: str = "resources"
    type: str | None = None
    columns: tuple[str, ...] = COLUMNS
    having: str = ""
    """A column: of every type, the rows that have something there."""

    def query(self, told: tuple[str, ...] = ()) -> str:
        """The query (KQL); ``told`` are the types that other reads of the table name."""
        which = ""
        if self.type is not None:
            which = f" | where type =~ '{self.type}'"
        elif self.having:
            which = f" | where isnotnull({self.having})"
        elif told:
            which = f" | where type !in~ ({', '.join(repr(each) for each in sorted(told))})"
        # An order makes paging stable; rows that come twice, or never, show in the count.
        return f"{self.table}{which} | project {', '.join(self.columns)} | order by id asc"


@dataclass(frozen=True, slots=True)
class Get(Read):
    """A GET of Resource Manager: ``path`` is a template over the parameters, ``version`` its API version.

    ``listed``: the answer is a list in pages (``value`` and ``nextLink``), which are joined. ``select``: a
    ``$filter``, a template as well. ``shared``: many subscriptions ask the same, which is asked for once.
    """

    path: str = ""
    version: str = ""
    listed: bool = False
    select: str = ""
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Entra(Read):
    """A GET of Microsoft Graph that answers with a list, in pages (``@odata.nextLink``), which are joined.

    ``path`` is a template over the parameters; ``fields`` are what is asked for of each object, ``expand`` a
    relation of it, of which Microsoft Graph gives at most `EXPANDED`; ``where`` a ``$filter``. A page has
    ``most`` objects, ``None``: as many as it likes. ``none`` is the code that says that there are none.
    """

    path: str = ""
    fields: tuple[str, ...] = ("id",)
    expand: str = ""
    where: str = ""
    most: int | None = 999
    none: str = ""


EXPANDED = 20
"""Objects of an expanded relation, https://learn.microsoft.com/graph/query-parameters#expand-parameter."""
