"""Packaging of ckanext-gobierno_abierto: one distribution, one CKAN plugin per capability."""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
PACKAGE = "ckanext.gobierno_abierto"
CAPABILITIES = ("search", "metadata", "committees", "files", "quality", "workflow", "theme")
PREVIEWS = ("table", "chart", "map", "pdf", "text")


def plugin_entry(capability: str) -> str:
    """`gobierno_abierto_x = ckanext.gobierno_abierto.x.plugin:XPlugin`."""
    return f"gobierno_abierto_{capability} = {PACKAGE}.{capability}.plugin:{capability.capitalize()}Plugin"


setup(
    name="ckanext-gobierno_abierto",
    version="0.1.0",
    description="A national open-data portal on CKAN 2.12, in Spanish, without a search server",
    long_description=(ROOT / "README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    license="AGPL-3.0-or-later",
    python_requires=">=3.10",
    # `ckanext` is a native namespace package and `schemas/` lives at the top
    # level, so neither find_packages() at the root nor package discovery sees them.
    packages=[
        PACKAGE,
        *(f"{PACKAGE}.{name}" for name in find_packages("ckanext/gobierno_abierto")),
        f"{PACKAGE}.schemas",
    ],
    package_dir={f"{PACKAGE}.schemas": "schemas"},
    include_package_data=False,
    package_data={
        "": [
            "*.yaml",
            "*.sql",
            "*.schema.json",
            "py.typed",
            "*.template",
            "**/templates/**/*",
            "**/public/**/*",
            "**/assets/**/*",
            "i18n/*/LC_MESSAGES/*",
            "i18n/*.pot",
            "migration/**/*",
            "demo/**/*",
        ],
        f"{PACKAGE}.schemas": ["*.yaml", "**/*.yaml"],
    },
    install_requires=[
        "ckan>=2.12.0,<2.13",
        "ckanapi>=4.8,<5",
        "ckanext-scheming>=3.1,<4",
        "ckanext-dcat>=2.4.4,<3",
        "pyyaml>=6,<7",
        "ijson>=3.3,<4",
        "python-calamine>=0.4,<1",
        "polars>=2.0,<3",
        "flask-compress>=1.17,<2",
        "geomet>=1.1,<2",
        "rdflib>=7.1,<8",
    ],
    extras_require={
        "portal": ["ckan[requirements]>=2.12.0,<2.13", "gunicorn>=23,<28"],
        "dev": [
            "ckan[dev]>=2.12.0,<2.13",
            "hypothesis>=6",
            "playwright>=1.48",
            "axe-playwright-python>=0.1.4",
            "aiosmtpd>=1.4.6",
            "ruff>=0.6",
            "mypy>=1.11",
            "pyshacl>=0.26",
            "jsonschema>=4.20",
            "types-PyYAML",
        ],
    },
    entry_points={
        "ckan.plugins": [
            *(plugin_entry(capability) for capability in CAPABILITIES),
            *(
                f"gobierno_abierto_{name} = {PACKAGE}.files.previews.plugin:{name.capitalize()}Preview"
                for name in PREVIEWS
            ),
        ],
        "ckan.rdf.profiles": [
            f"gobierno_abierto_dcat_ap_3 = {PACKAGE}.metadata.dcat_profile:GobiernoAbiertoDCATAP3Profile",
        ],
        "babel.extractors": ["ckan = ckan.lib.extract:extract_ckan"],
    },
    message_extractors={
        "ckanext": [
            ("**.py", "python", None),
            ("**.js", "javascript", None),
            ("**/templates/**.html", "ckan", None),
        ],
    },
    zip_safe=False,
)
