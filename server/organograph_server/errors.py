"""The tree of what this server refuses or fails to do; problems.py alone turns each into an HTTP status.

OrganographError
 ├─ SettingsInvalid       settings that cannot be used; the server does not start
 ├─ AddressUnavailable    the server cannot listen where it was told to
 ├─ WallsMissing          walls that were demanded do not stand; the server does not start
 ├─ StoreUnloadable       a publication could not be loaded into a store
 └─ RequestRefused        a request that is answered with a problem
     ├─ ResourceUnknown       nothing is published at this address
     ├─ NotAcceptable         none of the formats asked for can be given
     ├─ PreconditionFailed    what the request is about is in another state than it names
     ├─ RequestMalformed      the request itself cannot be understood
     ├─ FieldsTooLarge        the header fields of the request are too long
     ├─ BodyUnsupported       a body of a type that is not read here
     ├─ QueryMalformed        the query cannot be read
     │   └─ QueryUnsupported      … or can be read and not answered
     ├─ QueryTooLarge         the query is longer than the limit
     ├─ QueryTooDeep          the query nests or chains more than the limit
     ├─ ServiceRefused        the query asks this server to call another
     ├─ AnswerTooLarge        the answer has more bytes than the limit
     ├─ Misdirected           the request names a host that is not served here
     ├─ QueryDeadline         the query takes longer than the limit
     ├─ EngineFailed          the query made the engine end, or the engine cannot be started
     │   └─ StoreFailed           … or the store that answers for it cannot be used now
     ├─ BudgetSpent           a client's queries have taken all the time that they may
     ├─ Overloaded            more is asked at once than the limits allow
     ├─ UploadUnusable        what was sent cannot be checked
     ├─ UploadTooLarge        what was sent is longer than the limit, or unpacks to more
     ├─ Unauthenticated       the request has no token that is known
     ├─ NotPermitted          the token does not permit that
     ├─ BeingPublished        another publication is under way
     ├─ PublishingFailed      a dataset could not be published; the one before still is
     ├─ ClientGone            nobody waits for the answer any more
     └─ UpdateRefused         the published data cannot be changed here
"""

from __future__ import annotations

from organograph.errors import OrganographError


class SettingsInvalid(OrganographError):
    """Settings that cannot be used."""


class AddressUnavailable(OrganographError):
    """The server cannot listen at the host and port it was given."""


class WallsMissing(OrganographError):
    """Walls around queries that were demanded do not stand here."""


class RequestRefused(OrganographError):
    """A request that is answered with a problem.

    Args:
        message: what is wrong and where.
        cure: what to do about it.
        details: further members of the problem, such as line and column (RFC 9457 section 3.2).
    """

    def __init__(self, message: str, cure: str = "", **details: object) -> None:
        super().__init__(message, cure)
        self.details = details


class ResourceUnknown(RequestRefused):
    """Nothing is published at this address."""


class NotAcceptable(RequestRefused):
    """None of the formats asked for can be given; the details say which can."""


class PreconditionFailed(RequestRefused):
    """The representation is in another state than the request names."""


class Misdirected(RequestRefused):
    """The request names a host that is not served here."""


class FieldsTooLarge(RequestRefused):
    """The header fields of the request are too long."""


class RequestMalformed(RequestRefused):
    """The request cannot be understood."""


class BodyUnsupported(RequestRefused):
    """The request has a body of a type that is not read here."""


class QueryMalformed(RequestRefused):
    """The query cannot be read; line and column, from 1, are details where they are known."""


class QueryUnsupported(QueryMalformed):
    """The query can be read, and yet not be answered."""


class QueryTooLarge(RequestRefused):
    """The query is longer than the limit."""


class QueryTooDeep(RequestRefused):
    """The query nests deeper or chains more steps than the limit."""


class ServiceRefused(RequestRefused):
    """The query asks this server to call another one."""


class AnswerTooLarge(RequestRefused):
    """The answer to the query has more bytes than the limit."""


class QueryDeadline(RequestRefused):
    """The query takes longer than the limit."""


class EngineFailed(RequestRefused):
    """The query made the engine end, or the engine cannot be started."""


class StoreFailed(EngineFailed):
    """The store that queries are sent to cannot be reached, says what cannot be read, or holds another publication."""


class Overloaded(RequestRefused):
    """More is asked at once than the limits allow; `retry_after` in the details is in seconds."""


class BudgetSpent(RequestRefused):
    """The queries of a client have taken all the time that they may; `retry_after` in the details is in seconds."""


class StoreUnloadable(OrganographError):
    """A publication could not be loaded into a store."""


class UploadUnusable(RequestRefused):
    """What was sent cannot be checked: it is not what it says it is, or tries what no honest file does."""


class UploadTooLarge(RequestRefused):
    """What was sent is longer than the limit, or unpacks to more."""


class Unauthenticated(RequestRefused):
    """The request has no token, or none that is known."""


class NotPermitted(RequestRefused):
    """The token is known, and does not permit that, or not any more."""


class BeingPublished(RequestRefused):
    """Another publication is under way; `retry_after` in the details is in seconds."""


class PublishingFailed(RequestRefused):
    """A dataset could not be published; the one before still is."""


class ClientGone(RequestRefused):
    """Nobody waits for the answer any more, so it is given up."""


class UpdateRefused(RequestRefused):
    """The request would change what is published."""
