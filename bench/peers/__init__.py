"""The servers that are compared, Halftone first. To add one: a file here and a line in `all_peers`."""

from .halftone import Halftone
from .nginx import Nginx
from .oximg import Oximg
from .sharp import Sharp


def all_peers(settings):
    """Every known peer, installed or not."""
    return [Halftone(settings), Oximg(settings), Sharp(settings), Nginx(settings)]
