"""From files to result sets: one reader per format, one mapping, one writer.

`mapping` says how a file is to be read, `detection` fills in what nobody said, a reader
(`tables`, `games`) turns its file into `records`, `assembly` joins the records of all files of
one result set into a `Draft`, and `writer` stores drafts.
"""
