"""The editions as a stream of versions of things, for clients of LDES and readers of news."""
