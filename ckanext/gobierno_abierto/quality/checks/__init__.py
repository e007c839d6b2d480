"""Pure: one check per file, named after its code.

A module has `GROUP` (structure, content, openness, dictionary), `SEVERITY` (error, warning, info), `VERSION`, `TITLE`
and `ADVICE` in Spanish and English, and one function that yields outcomes: `check_file(file)` or `check_table(table)`.
Its docstring is the rule. Modules that begin with `_` are shared by checks.
"""
