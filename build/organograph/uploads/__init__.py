"""What others send to be checked or published, as bytes and never as files.

All of it runs in a process behind walls, which can open no file and no socket: an upload is read, unpacked and checked in
memory, with the shipped rules alone. Nothing is fetched for it, and nothing of it is run.

sent       what is sent: its parts, what they are, and what can be wrong with them
unpacking  a zip, unpacked within limits
nesting    what is nested more deeply than any honest file, found before a parser meets it
workbooks  a workbook, read over tables that come with it
checking   the check of an upload, as `organograph check` makes it
compiling  tables made a dataset, as `organograph publish` makes it
"""
