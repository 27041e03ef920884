"""The one function that sams_client takes from here."""

import os


def env(variable, fallback_value=None):
    return os.environ.get(variable, fallback_value)
