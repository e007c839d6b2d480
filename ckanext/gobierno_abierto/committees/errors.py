"""What can be wrong with the seed, an organization's guarded fields, or the demonstration accounts."""

from __future__ import annotations

from typing import ClassVar

from ..common.errors import ConfigurationError, InvalidInput, NotFound


def _(message: str) -> str:
    """Marks a message for the catalogue; it is translated when it is shown."""
    return message


class SeedFileProblem(ConfigurationError):
    """A seed file cannot be used; nothing has been written. `problem` and `fix` are whole sentences."""

    template: ClassVar[str] = _("{place}: {problem} {fix}")


class SeedNeedsMetadata(ConfigurationError):
    """The schema of organizations lacks the fields that the seed writes."""

    template: ClassVar[str] = _(
        "El esquema de organizaciones no tiene el campo «{field}». Active el complemento gobierno_abierto_metadata "
        "(y scheming_organizations, scheming_groups) en ckan.plugins."
    )


class GuardedField(InvalidInput):
    """A field of an organization that only a portal administrator may change."""

    template: ClassVar[str] = _(
        "El campo «{label}» solo lo cambia un administrador del portal. Deje el valor actual ({current}) "
        "o pídale el cambio."
    )


class CommitteeInUse(InvalidInput):
    """A committee's web address is what the entities it supports name it by."""

    template: ClassVar[str] = _(
        "No se puede cambiar la dirección web del comité «{name}»: la usan {count} entidades para nombrarlo. "
        "Quítelo antes del campo «Comités que la apoyan» de cada una."
    )


class UnknownCommittee(NotFound):
    """There is no such committee."""

    template: ClassVar[str] = _("No existe el comité «{name}». committee_list da los que hay.")


class UnknownOrganization(NotFound):
    """There is no such organization."""

    template: ClassVar[str] = _("No existe la organización «{name}». organization_list da las que hay.")


class AccountTaken(ConfigurationError):
    """A name that the demonstration accounts need belongs to somebody."""

    template: ClassVar[str] = _(
        "La cuenta «{name}» ya existe y no es de demostración. No se tocó. Cámbiele el nombre o renuncie a demo-users."
    )


class AccountsNeedSeed(ConfigurationError):
    """The organizations of the demonstration accounts do not exist."""

    template: ClassVar[str] = _(
        "Falta la organización «{name}» de las cuentas de demostración. Ejecute antes: ckan gobierno-abierto seed"
    )
