"""The walls around the query engine.

Queries are answered by workers, processes that can do nothing else: no file, no socket, no other process, so much memory, so
much time. They are forked by a keeper, a process that was told the dataset over its socket and holds it ready; the
server lends each query a worker, and ends the one that takes too long.

    server (pool) ── order ──> worker      one query at a time, over a socket pair
        └──── one more, please ──> keeper ── fork ──> worker

All that the server does with workers runs in its event loop, without a thread for each query. A worker whose answers come fast has its next
orders in its socket before it asks for them; where one takes long, or ends the worker, those behind it go to another.

worker    the process that answers: its walls, and the loop of its orders
keeper    the process that forks workers
handles   these processes as the server holds them
forks     new workers, from a keeper that is started with the first
exchange  an order and what is known of it while a worker has it
terms     on what terms workers are lent
pool      the side of the server: lends workers, and ends them
home      the event loop that looks after them
walled    the engine that answers by the pool
seccomp   the filter of system calls (Linux)
wire      what goes over the sockets
"""
