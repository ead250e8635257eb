"""The refusals of the imitated API, with their bodies as they were seen.

In: what is refused. Out: an `ApiError` carrying the whole answer. Where a body
is the real one it is repeated to the letter; where none was ever published,
the docstring says that the wording is this package's own. Nothing here decides
when to refuse.
"""

from auditql.emulator.answers import Answer, json_answer, text_answer

RANGE_FORMAT = (
    "Invalid filter[created_at] specified; format is "
    "?filter[created_at][]=YYYY-MM-DDTHH:MM:SSZ"
    "&filter[created_at][]=YYYY-MM-DDTHH:MM:SSZ"
)
DEPTH_TITLE = (
    "Pagination requests using Offset Pagination are limited to page 100 "
    "or up to 10000 records (page * per_page)"
)
DEPTH_DETAIL = (
    "There are limits to the page depth in Offset Pagination. "
    "Offset Pagination will be deprecated fully in the near future.\n"
    "Please switch to Cursor Pagination at the earliest. "
    "Cursor Pagination does not have any limits.\n"
    "See https://developer.zendesk.com/documentation/api-basics/pagination/"
    "comparing-cursor-pagination-and-offset-pagination\n"
)
FORBIDDEN_MESSAGE = (
    "You do not have access to this page. Please contact the account owner "
    "of this help desk for further help."
)
DEAD_BEARER = (
    "The access token provided is expired, revoked, malformed or invalid "
    "for other reasons."
)
RATE_MESSAGE = "Number of allowed API requests per minute exceeded"


class ApiError(Exception):
    """A refusal on its way to the caller; `answer` is what is sent."""

    def __init__(self, answer: Answer) -> None:
        """Carry `answer` up to the one place that sends answers."""
        super().__init__(answer.status, answer.body)
        self.answer = answer


def invalid_range() -> ApiError:
    """400 for `filter[created_at]` in any but the one accepted form."""
    return invalid_value(RANGE_FORMAT)


def invalid_value(description: str) -> ApiError:
    """400 InvalidValue: a filter was refused."""
    return ApiError(
        json_answer(400, {"error": "InvalidValue", "description": description})
    )


def invalid_paging(description: str) -> ApiError:
    """400 InvalidPaginationParameter: a cursor or a sort was refused."""
    body = {"error": "InvalidPaginationParameter", "description": description}
    return ApiError(json_answer(400, body))


def invalid_attribute(name: str, rule: str) -> ApiError:
    """400 for a paging number that is none, such as `page[size]=ten`.

    Seen for `page.size` on a sibling list; other names follow its pattern.
    """
    message = (
        f"You passed an invalid value for the {name} attribute. "
        f"Invalid parameter: {name} {rule} from api/v2/audit_logs/index"
    )
    error = {"title": "Invalid attribute", "message": message}
    return ApiError(json_answer(400, {"error": error}))


def invalid_depth() -> ApiError:
    """400 InvalidPaginationDepth: offset paging beyond 10,000 records."""
    error = {
        "code": "InvalidPaginationDepth",
        "title": DEPTH_TITLE,
        "detail": DEPTH_DETAIL,
    }
    return ApiError(json_answer(400, {"errors": [error]}))


def bad_request() -> ApiError:
    """400 of the framework itself, for a query that cannot be read.

    The body is the one that Rails renders for JSON by default.
    """
    return ApiError(json_answer(400, {"status": 400, "error": "Bad Request"}))


def not_authenticated() -> ApiError:
    """401 without credentials, or with a wrong e-mail or API token."""
    return ApiError(json_answer(401, {"error": "Couldn't authenticate you"}))


def invalid_token() -> ApiError:
    """401 for a bearer token that is unknown or has expired."""
    body = {"error": "invalid_token", "error_description": DEAD_BEARER}
    return ApiError(json_answer(401, body))


def forbidden() -> ApiError:
    """403 for an account without the plan, or a user without the role."""
    error = {"title": "Forbidden", "message": FORBIDDEN_MESSAGE}
    return ApiError(json_answer(403, {"error": error}))


def missing_scope() -> ApiError:
    """403 for a token whose scope does not cover reading."""
    text = "You are missing the following required scopes: read"
    return ApiError(json_answer(403, {"error": "Forbidden", "description": text}))


def record_not_found() -> ApiError:
    """404 for an id that no record has."""
    body = {"error": "RecordNotFound", "description": "Not found"}
    return ApiError(json_answer(404, body))


def invalid_endpoint() -> ApiError:
    """404 for a path, or a verb on a path, that is not routed."""
    body = {"error": "InvalidEndpoint", "description": "Not found"}
    return ApiError(json_answer(404, body))


def too_many_requests(wait_s: int) -> ApiError:
    """429 in plain text, with `Retry-After` in whole seconds."""
    wait = (("Retry-After", str(wait_s)),)
    return ApiError(text_answer(429, RATE_MESSAGE, wait))


def oauth_error(status: int, code: str, description: str) -> ApiError:
    """A refusal of the token endpoint in the form of RFC 6749 section 5.2.

    The descriptions are this package's own; only the codes are standard.
    """
    body = {"error": code, "error_description": description}
    return ApiError(json_answer(status, body))
