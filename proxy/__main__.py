"""`python -m proxy` is `playlistgen`."""

from proxy.cli import main

main()
