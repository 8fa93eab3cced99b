"""Search: one index of all that is written for the public, on SQLite's FTS5 and on PostgreSQL.

`words` says what a word is, `query` what a reader asks for. `index` keeps a `SearchDocument` for
each findable thing, in the transaction of what it follows from; a `Source` is one kind of them.
`engines` are the two databases, `finding` what a page shows. `vocabulary` knows the words that are
nearest to one that nobody wrote, and `related` the articles that are like another.
"""
