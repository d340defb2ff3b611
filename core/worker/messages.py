"""The messages that service and worker exchange, one a line: commands to the worker, replies back.

A command is a JSON object with `do`, and mostly the `token` of a job:

- `start`: a run, with `spec`, `pace`, the `checkpoint` to restore, if any, the `replay_steps` up to
  which its events are known, `even` where its speed is not to tell what it is, and `advance`, the
  `steps` or `epochs` behind which it pauses; or a shard of a sweep, with `spec`, `axes`, `shard`.
- `pause`, `resume`, `stop` (with `why`), `pace` (with `pace`), `advance` (by `steps` or `epochs`).
- `drop`: forget the job; another worker has it, or nobody watches it.
- `precompile`: the program of a `spec`, without a token.
- `diagnose`: the run of a `spec` by its `events` so far; the token is the request's own.
- `search`: for what would mend the run of a `spec`, by its `events` and its `diagnosis`; the token
  is the search's own.
- `theory`: a `part` of what theory says of a `spec`, `outlook` or `best line`; the token is the
  request's own.
- `cancel`: the search, or the request for theory, with this token.
- `ping`: answered between two turns, without a token.

A reply is a `Reply`. Replies about one job come in the order of their causes.
"""

import struct
from typing import Any, Literal, NamedTuple, Self

import orjson

Command = dict[str, Any]
Kind = Literal["ready", "event", "checkpoint", "paused", "answer", "pong"]

MARKS: dict[bytes, Kind] = {b"!": "checkpoint", b"=": "paused", b"?": "answer", b".": "pong"}
MARK_OF = {kind: mark for mark, kind in MARKS.items()}
READY = b"ready"

FORK = b"f"  # what the fork server is asked, with the worker's two pipes as file descriptors
PID = struct.Struct("q")  # what it answers, with a pidfd


class Reply(NamedTuple):
    """What a worker sends.

    Attributes:
        kind: `ready`: TensorFlow is imported. `event`: of a run. `checkpoint`: of a run; it holds
            every event sent before it. `paused`: the job stands still, no event follows.
            `answer`: to `diagnose` a diagnosis, to `search` its result, to `theory` what it says,
            or an object with `error`. `pong`: to a `ping`.
        token: Of the job, or of the request; empty for `ready` and `pong`.
        body: The event, checkpoint or answer as JSON without a line end; else empty.
    """

    kind: Kind
    token: str = ""
    body: bytes = b""

    def to_line(self) -> bytes:
        """The reply without a line end.

        Example:
            >>> Reply("checkpoint", "abc", b"{}").to_line()
            b'abc !{}'
        """
        if self.kind == "ready":
            return READY
        return self.token.encode() + b" " + MARK_OF.get(self.kind, b"") + self.body

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """The reply behind `to_line`."""
        token, separator, body = line.partition(b" ")
        if not separator:
            return cls("ready")
        if kind := MARKS.get(body[:1]):
            return cls(kind, token.decode(), body[1:])
        return cls("event", token.decode(), body)


def encode_command(command: Command) -> bytes:
    """A command as a line, with its end."""
    return orjson.dumps(command) + b"\n"


def decode_command(line: bytes) -> Command:
    """The command behind `encode_command`."""
    return orjson.loads(line)
