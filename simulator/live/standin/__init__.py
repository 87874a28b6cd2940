"""The stand-in dispatch API: a small, real one to dial at, with the project's own rule language as its blocklist.

A call comes in (`floor.py` decides, in memory, at once), its rows are written (`journal.py`, many calls in one commit),
and only then the reply goes out: what was acknowledged is on disk. After a crash `restore.py` reads it all back.
"""
