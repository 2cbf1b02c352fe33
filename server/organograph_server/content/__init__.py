"""Formats, languages of data and how one of them is chosen: pure functions that know nothing of the dataset."""
