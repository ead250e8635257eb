"""One account's HTTP: a URL goes out, checked bytes come back, or an error.

In: URLs of the account's own origin. Out: answers of status 200 (404 for a
look-up). Retries, waiting, renewal of tokens and bounds on size and time are
here; what an answer means is not. Transport, clock, sleep and chance are
handed in.
"""

import asyncio
import random
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import TracebackType

import httpx

from auditql.errors import (
    ApiError,
    AuthenticationFailed,
    ConnectionFailed,
    PartialAnswer,
)
from auditql.plan.reader import Statistics
from auditql.providers.zendesk import retry
from auditql.providers.zendesk.auth import (
    TOKEN_PATH,
    ApiToken,
    Bearer,
    ClientCredentials,
    Credential,
    Minted,
    NoCredential,
    minted,
)
from auditql.providers.zendesk.origin import Origin
from auditql.providers.zendesk.pages import BadPage, decode
from auditql.providers.zendesk.refusals import refusal, words_of
from auditql.providers.zendesk.secret import Secret, scrub

MOST_BYTES = 64 * 1024 * 1024
"""Largest body that is read, decoded."""

REQUEST_S = 60.0
"""Longest that one request may take in all; httpx's own bounds are per read."""

Sleep = Callable[[float], Awaitable[object]]
Clock = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer: status, headers, decoded body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def request_id(self) -> str | None:
        """The service's name for this exchange; None where it gave none."""
        return self.headers.get("x-request-id")

    def json(self) -> object:
        """The body as a JSON value, read strictly.

        Raises:
            BadPage: it is none.
        """
        return decode(self.body, self.headers.get("content-type", ""))


class Session:
    """Sends the requests of one reader, one credential, one origin."""

    def __init__(
        self,
        origin: Origin,
        credential: Credential,
        statistics: Statistics,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Sleep = asyncio.sleep,
        clock: Clock = time.monotonic,
        chance: Callable[[], float] = random.random,
        most_requests: int | None = None,
    ) -> None:
        """Make a session; nothing is sent yet.

        Args:
            origin: where everything goes.
            credential: what proves who asks.
            statistics: counts what is done.
            transport: instead of the network, such as the emulator.
            sleep: waits so many seconds.
            clock: a monotonic clock, in seconds.
            chance: numbers in [0, 1) that spread retries.
            most_requests: after so many the run ends as partial.
        """
        self.origin = origin
        self.credential = credential
        self.statistics = statistics
        self.most_requests = most_requests
        self._transport = transport
        self._sleep = sleep
        self._clock = clock
        self._chance = chance
        self._client: httpx.AsyncClient | None = None
        self._minted: Minted | None = None
        self._minting = asyncio.Lock()

    async def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def __aenter__(self) -> "Session":
        """The session itself; connections are opened when they are needed."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self.close()

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            transport = self._transport
            if transport is None:
                transport = httpx.AsyncHTTPTransport(verify=_tls(self.origin))
            self._client = httpx.AsyncClient(
                transport=transport,
                trust_env=False,
                follow_redirects=False,
                timeout=httpx.Timeout(30.0, connect=10.0),
                headers={"accept": "application/json", "user-agent": "auditql"},
            )
        return self._client

    async def get(self, url: str, *, missing: bool = False) -> Answer:
        """The answer to a GET, asked again while there is hope.

        Args:
            url: of the session's origin.
            missing: a 404 is an answer too.

        Raises:
            RunError: it could not be had.
        """
        self.origin.check(url)
        attempt = 0
        waited = 0.0
        renewed = False
        while True:
            token, headers = await self._authorization()
            self._spend()
            try:
                answer = await self._exchange("GET", url, headers)
            except (ConnectionFailed, BadPage) as error:
                attempt += 1
                if attempt >= retry.TRIES:
                    raise _given_up(error) from None
                await self._again(retry.backoff_s(attempt, self._chance()))
                continue
            if answer.status == 200 or (missing and answer.status == 404):
                return answer
            if answer.status == 401 and token is not None and not renewed:
                renewed = True
                await self._mint(after=token)
                continue
            if not retry.is_retried(answer.status):
                raise self._refused(answer, renewed=renewed)
            if answer.status == 429:
                wait = retry.rate_limit_wait_s(answer.headers)
                waited += wait
                if waited > retry.MOST_WAIT_S:
                    raise self._refused(answer)
                await self._again(wait + self._chance())
                continue
            attempt += 1
            if attempt >= retry.TRIES:
                raise self._refused(answer)
            asked = retry.retry_after_s(answer.headers)
            wait = retry.backoff_s(attempt, self._chance())
            if asked is not None and asked > retry.MOST_WAIT_S:
                raise self._refused(answer)
            await self._again(wait if asked is None else max(asked, wait))

    def _spend(self) -> None:
        """Count a request, or end the run where none is left."""
        most = self.most_requests
        if most is not None and self.statistics.requests >= most:
            raise PartialAnswer(
                f"--max-requests {most} is reached: the answer is not complete"
            )
        self.statistics.requests += 1

    async def _again(self, wait_s: float) -> None:
        self.statistics.retries += 1
        self.statistics.waited_ms += int(wait_s * 1000)
        await self._sleep(wait_s)

    def _refused(self, answer: Answer, *, renewed: bool = False) -> Exception:
        words = words_of(answer.body, answer.headers.get("content-type", ""))
        return refusal(
            answer.status,
            scrub(words, self._secrets()),
            answer.request_id,
            renewed=renewed,
        )

    def _secrets(self) -> tuple[Secret, ...]:
        live = () if self._minted is None else (self._minted.token,)
        return (*self.credential.secrets, *live)

    # --- one exchange

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], json: object = None
    ) -> Answer:
        """Send once and read the whole answer, within the bounds.

        Raises:
            ConnectionFailed: no whole answer came.
            BadPage: one came that is too large or cut off.
        """
        try:
            async with asyncio.timeout(REQUEST_S):
                async with self._http().stream(
                    method, url, headers=dict(headers), json=json
                ) as response:
                    body = await _body(response)
                    found = {k.lower(): v for k, v in response.headers.items()}
                    return Answer(response.status_code, found, body)
        except TimeoutError:
            problem = f"no whole answer within {REQUEST_S:.0f} s"
        except httpx.TimeoutException as error:
            problem = f"no answer in time ({type(error).__name__})"
        except httpx.HTTPError as error:
            # The exception holds the request with its credential: only its name.
            problem = f"the connection failed ({type(error).__name__})"
        except (httpx.InvalidURL, ValueError) as error:
            if isinstance(error, BadPage):
                raise
            problem = f"the request could not be made ({type(error).__name__})"
        raise ConnectionFailed(f"{self.origin.base}: {problem}")

    # --- who asks

    async def _authorization(self) -> tuple[Minted | None, Mapping[str, str]]:
        match self.credential:
            case NoCredential():
                return None, {}
            case Bearer(token):
                return None, {"authorization": f"Bearer {token.reveal()}"}
            case ApiToken() as pair:
                return None, {"authorization": f"Basic {pair.pair()}"}
            case ClientCredentials():
                live = self._minted
                if live is None or self._clock() >= live.until_s:
                    live = await self._mint(after=live)
                return live, {"authorization": f"Bearer {live.token.reveal()}"}

    async def _mint(self, after: Minted | None) -> Minted:
        """A token newer than `after`; whoever comes second takes the first's.

        Raises:
            RunError: the token endpoint gave none.
        """
        async with self._minting:
            live = self._minted
            if live is not None and (
                after is None or live.generation > after.generation
            ):
                return live
            assert isinstance(self.credential, ClientCredentials)
            url = self.origin.check(self.origin.base + TOKEN_PATH)
            self._spend()
            answer = await self._exchange("POST", url, {}, self.credential.body())
            if answer.status not in (200, 201):
                refused = self._refused(answer)
                if answer.status in (400, 401, 403, 404):
                    raise AuthenticationFailed(
                        f"the OAuth client gets no token: {refused}",
                        status=answer.status,
                        request_id=answer.request_id,
                    )
                raise refused
            generation = 1 if after is None else after.generation + 1
            found = minted(answer.json(), generation, self._clock())
            if isinstance(found, str):
                raise AuthenticationFailed(found, request_id=answer.request_id)
            self._minted = found
            return found


def _given_up(error: Exception) -> Exception:
    if isinstance(error, ConnectionFailed):
        return ConnectionFailed(f"{error}; tried {retry.TRIES} times")
    return ApiError(f"{error}; asked {retry.TRIES} times")


async def _body(response: httpx.Response) -> bytes:
    """The whole body, decompressed here so that a bomb or a cut is seen.

    Raises:
        BadPage: larger than allowed, cut off, or compressed in another way.
    """
    if response.is_stream_consumed:  # a transport that answers without a socket
        if len(response.content) > MOST_BYTES:
            raise BadPage(f"the answer is larger than {MOST_BYTES >> 20} MiB")
        return response.content
    encoding = response.headers.get("content-encoding", "identity").strip().lower()
    if encoding == "identity":
        unpack = None
    elif encoding in ("gzip", "x-gzip"):
        unpack = zlib.decompressobj(16 + zlib.MAX_WBITS)
    elif encoding == "deflate":
        unpack = zlib.decompressobj()
    else:
        raise BadPage(f"the answer is compressed as {encoding[:30]}, not as asked")
    parts: list[bytes] = []
    size = 0
    async for chunk in response.aiter_raw():
        try:
            part = chunk if unpack is None else unpack.decompress(chunk, MOST_BYTES)
        except zlib.error:
            raise BadPage("the answer's compression is broken") from None
        size += len(part)
        if size > MOST_BYTES or (unpack is not None and unpack.unconsumed_tail):
            raise BadPage(f"the answer is larger than {MOST_BYTES >> 20} MiB")
        parts.append(part)
    if unpack is not None and not unpack.eof:
        raise BadPage("the answer's compression is cut off")
    return b"".join(parts)


def _tls(origin: Origin) -> object:
    """The TLS context: the bundled authorities, no key log, no environment.

    `ssl.create_default_context` would write keys to the file that the
    environment variable SSLKEYLOGFILE names.
    """
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if origin.base.startswith("https:"):
        import certifi

        context.load_verify_locations(cafile=certifi.where())
    return context
