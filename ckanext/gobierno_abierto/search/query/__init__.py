"""The query language: Lucene syntax to a tree, the tree to SQL with bound values. Pure: no CKAN, no database."""
