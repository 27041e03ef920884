"""Stands in for superdesk-core, which sams_client imports one function of without declaring it."""
