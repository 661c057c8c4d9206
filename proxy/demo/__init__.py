"""A whole house on one machine: a server with invented music, the proxy before it, a list made by name."""

from proxy.demo.house import run

__all__ = ["run"]
