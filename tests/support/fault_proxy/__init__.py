"""A TCP proxy that misbehaves on demand; see README.md."""

from .proxy import FaultProxy

__all__ = ["FaultProxy"]
