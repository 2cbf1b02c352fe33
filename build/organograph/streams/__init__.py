"""Writes graphs of any size: sorted by runs on the disk, told subject by subject, hashed while they are written."""
