"""Checks that go on while files are edited: only what an edit changed is read, written and checked again."""
