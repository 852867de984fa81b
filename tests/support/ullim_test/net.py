# SPDX-License-Identifier: GPL-3.0-or-later
"""Free ports of 127.0.0.1 for peers that cannot choose one themselves."""

import random
import socket

# Outside the range from which the kernel gives ports to connections and to bind(0), so that no other
# test is given one of ours between the look and the use.
_FIRST, _LAST = 20000, 32000


def free_port():
    """A port that is free for UDP and TCP now, and so is the next one (for TLS, RTCP or a control port)."""
    while True:
        port = random.randrange(_FIRST, _LAST, 4)
        if all(_is_free(port + step, kind)
               for step in (0, 1) for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM)):
            return port


def _is_free(port, kind):
    with socket.socket(socket.AF_INET, kind) as probe:
        try:
            probe.bind(('127.0.0.1', port))
        except OSError:
            return False
    return True


def is_bound(port, transport):
    """Whether some program listens on that port now."""
    return not _is_free(port, socket.SOCK_STREAM if transport == 'tcp' else socket.SOCK_DGRAM)
