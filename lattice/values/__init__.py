"""Values: numbers derived for objects from cells, each with the cells that it rests on.

`grounds` says which units are valued between which sets, and has their cells as a table;
`folds` sums over it. `weights` are those of semivalues by size; `ranked` makes sums of them whose
weights depend on a set's rank only. `errors` knows their standard errors, `bounds` where they must lie when cells
are missing, `answers` puts it into words. The families are in a file each.
"""
