"""Orders that wait for a worker: clients take turns, so that who asks much waits for its own and keeps no other waiting."""

from __future__ import annotations

from collections import Counter, OrderedDict, deque
from collections.abc import Iterator, Mapping, Sequence

from organograph_server.walls.exchange import Exchange, Order
from organograph_server.walls.handles import Worker


class Turns:
    """Orders that wait, each client's in the order in which they came."""

    def __init__(self) -> None:
        # Clients in the order of their turns, and of each what waits; who has nothing that waits is not there.
        self._clients: OrderedDict[str, deque[Order]] = OrderedDict()
        self._number = 0

    def __len__(self) -> int:
        """How many orders wait."""
        return self._number

    def __iter__(self) -> Iterator[Order]:
        """All that wait."""
        for orders in self._clients.values():
            yield from orders

    def append(self, order: Order) -> None:
        """Let an order wait behind those of its client, whose turn comes after that of all others."""
        orders = self._clients.get(order.asker.client)
        if orders is None:
            orders = self._clients[order.asker.client] = deque()
        orders.append(order)
        self._number += 1

    def put_back(self, *orders: Order) -> None:
        """Let orders that had their turn be the next, the last one first."""
        for order in orders:
            self._clients.setdefault(order.asker.client, deque()).appendleft(order)
            self._clients.move_to_end(order.asker.client, last=False)
            self._number += 1

    def next(self) -> Order:
        """Which order has its turn; there must be one."""
        return self._clients[next(iter(self._clients))][0]

    def take(self) -> Order:
        """Take the order that has its turn; its client has the next after all others."""
        client = next(iter(self._clients))
        orders = self._clients[client]
        order = orders.popleft()
        self._number -= 1
        if not orders:
            del self._clients[client]
        elif len(self._clients) > 1:
            self._clients.move_to_end(client)
        return order

    def tidy(self) -> None:
        """Let go of orders that are answered already."""
        for client, orders in [*self._clients.items()]:
            left = deque(order for order in orders if not order.answer.done())
            self._number += len(left) - len(orders)
            if left:
                self._clients[client] = left
            else:
                del self._clients[client]

    def displaced(self, client: str) -> Order | None:
        """The order that waits no more where a client wants to wait and there is no room; None where that client has its share."""
        found = greediest({each: len(orders) for each, orders in self._clients.items()}, client)
        if found is None:
            return None
        self._number -= 1
        return self._clients[found].pop()  # at least one is left


def yielding(at_work: Mapping[Worker, Sequence[Exchange]], client: str) -> Exchange | None:
    """What takes long and is to end, so that a client has its place: the youngest of who has most; None where that client has its share."""
    slow = [exchanges[0] for worker, exchanges in at_work.items() if worker.slow]
    greedy = greediest(Counter(exchange.order.asker.client for exchange in slow), client)
    return max((one for one in slow if one.order.asker.client == greedy), key=lambda one: one.since, default=None)


def greediest(held: Mapping[str, int], client: str) -> str | None:
    """Who is to give something of what it has to a client; None where nobody would have as much as that client then.

    Args:
        held: how much each client has.
        client: who wants one more.
    """
    greedy = max(held, key=held.__getitem__, default=None)
    return greedy if greedy is not None and held[greedy] > held.get(client, 0) + 1 else None
