"""Validation where the data is: shapes are checked in a store of others, of which no more than a page is held here at a time.

The store is asked for the things that may be at fault; what the shapes read of these is fetched, and the engine that checks files
judges it. So a finding is the same wherever the data is.

asking         what may be asked of a store
targets        the things that shapes are about, as patterns of queries, page by page
neighbourhood  fetches what shapes read of some things
narrowing      patterns that leave the things which may be at fault
forms          which literals a store writes in a way of its own
pieces         the parts of shapes that are checked one by one
judging        checks the graphs of a store
verdict        checks an edition, with the evidence of its documents
"""
