"""The steward's door: where tables and RDF are sent to be checked, and a whole dataset to be published. It is shut unless opened.

The web tier takes an upload as bytes and never reads into it: it hands them to an inspector, a process behind the walls of the
workers for queries, which is forked for that upload and ended after it. Only this inspector's answer comes back: a report, or
the files of a dataset.

    web tier (door) ── order and bytes ──> inspector      one upload, over a socket pair
          └── one more, please ──> keeper ── fork ──> inspector

rights      who may do what: the file that opens the door
audit       what was tried and done, and by whom
door        what the requests of one server share: rights, places, guesses, the one publication at a time
inspectors  the side of the server: lends an inspector to each upload, and ends it
keeper      the process that forks inspectors; it alone knows how uploads are checked
inspecting  what an inspector does with an order
multipart   the files and fields of a form, read by the inspector
reports     the formats of reports
checking    POST /validate, and the form for people
publishing  POST /editions
"""
