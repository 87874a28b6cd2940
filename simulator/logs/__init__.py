"""Recorded calls are read as they were meant: what a table says, what was taken under a convention, what is refused.

    a file -> lines (`source.py`) -> cells, line by line (`table.py`) -> columns of a layout (`recorded.py`)

`times.py` and `numbers.py` say what a cell means under `Conventions`; `units.py` warns of columns that look as if
another unit was meant. Nothing is guessed in silence: a `Remark` tells how many cells were taken how, and where.
"""
