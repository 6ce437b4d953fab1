"""A server of `wasi:http`, as other hosts of that world run it too, on the event loop of componentize-py."""

import asyncio
from typing import AsyncIterator, cast

from componentize_py_types import Ok
from poll_loop import PollLoop, Sink, Stream, register
from wit_world import exports
from wit_world.imports.monotonic_clock import subscribe_duration
from wit_world.imports.types import Fields, IncomingRequest, OutgoingResponse, ResponseOutparam


class IncomingHandler(exports.IncomingHandler):
    def handle(self, request: IncomingRequest, response_out: ResponseOutparam) -> None:
        loop = PollLoop()
        asyncio.set_event_loop(loop)
        loop.run_until_complete(answer(request, response_out))


async def answer(request: IncomingRequest, out: ResponseOutparam) -> None:
    path = (request.path_with_query() or "").partition("?")[0]
    if path == "/":
        await send(out, 200, "text/plain", text("hello from Python\n"))
    elif path == "/upper":
        await send(out, 200, "text/plain", upper(request))
    elif path == "/events":
        await send(out, 200, "text/event-stream", events(3))
    else:
        await send(out, 404, "text/plain", text("there is no such page\n"))


async def send(out: ResponseOutparam, status: int, content_type: str, pieces: AsyncIterator[bytes]) -> None:
    """The head of the answer is on its way before the first piece is made."""
    response = OutgoingResponse(Fields.from_list([("content-type", content_type.encode())]))
    response.set_status_code(status)
    sink = Sink(response.body())
    ResponseOutparam.set(out, Ok(response))
    async for piece in pieces:
        await sink.send(piece)
    sink.close()


async def text(whole: str) -> AsyncIterator[bytes]:
    yield whole.encode()


async def upper(request: IncomingRequest) -> AsyncIterator[bytes]:
    """Each piece of the body is answered before the next is there."""
    body = Stream(request.consume())
    while (piece := await body.next()) is not None:
        yield piece.upper()


async def events(count: int) -> AsyncIterator[bytes]:
    """Server-sent events, ten a second."""
    for number in range(count):
        if number > 0:
            await register(cast(PollLoop, asyncio.get_running_loop()), subscribe_duration(100_000_000))
        yield f"data: {number}\n\n".encode()
