"""The portal's translation catalogues: extract, update, compile, check, gaps.

Message ids are Spanish and `en` holds the English. `es` repeats them and adds what CKAN and the extensions leave
untranslated (i18n/core-gaps.es.po). See docs/developers/translation.md.
"""
